// SPDX-License-Identifier: Apache-2.0
#include "runtime/prepare_news.hpp"

#include "codec/event_body.hpp"
#include "services/match_ledger.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds between_news{1000};
constexpr milliseconds news_patience{200};
constexpr milliseconds after_refusal{10'000};

}  // namespace

void PrepareNews::tell(const PrepareProgress& progress) {
  const Lock lock(mutex_);
  if (closed_ || state_.clocks.boot() < next_at_) return;
  MatchChange change;
  change.events.push_back(match_event(claim_.match(), "preparing", preparing_body(progress)));
  change.patience = news_patience;
  const auto told = claim_.commit(change);
  next_at_ = state_.clocks.boot() + (told ? between_news : after_refusal);
}

void PrepareNews::close() {
  const Lock lock(mutex_);
  closed_ = true;
}

}  // namespace matchrunner
