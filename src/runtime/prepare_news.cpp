// SPDX-License-Identifier: Apache-2.0
#include "runtime/prepare_news.hpp"

#include <utility>

#include "codec/event_body.hpp"
#include "services/match_ledger.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds between_news{1000};
constexpr milliseconds news_patience{200};
constexpr milliseconds start_patience{2000};  // each of these is waited for
constexpr milliseconds after_refusal{10'000};

}  // namespace

void PrepareNews::tell(const PrepareProgress& progress) {
  const Lock lock(mutex_);
  if (closed_ || state_.clocks.boot() < next_at_) return;
  const bool told = commit("preparing", preparing_body(progress), news_patience);
  next_at_ = state_.clocks.boot() + (told ? between_news : after_refusal);
}

void PrepareNews::tell(const StartProgress& progress) {
  const Lock lock(mutex_);
  if (closed_ || !claim_.match().asker.older) return;
  commit(progress.ready ? "seat_ready" : "seat_started", text_body({{"seat", progress.seat}}), start_patience);
}

bool PrepareNews::commit(const char* type, std::string body, milliseconds patience) {
  MatchChange change;
  change.events.push_back(match_event(claim_.match(), type, std::move(body)));
  change.patience = patience;
  return claim_.commit(change).has_value();
}

void PrepareNews::close() {
  const Lock lock(mutex_);
  closed_ = true;
}

}  // namespace matchrunner
