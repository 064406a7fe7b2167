// SPDX-License-Identifier: Apache-2.0
#include "runtime/match_targets.hpp"

#include <algorithm>

#include "base/percent.hpp"
#include "base/wildcard.hpp"
#include "codec/sealed_secrets.hpp"
#include "matchrunner/open.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds target_patience{5'000};
constexpr milliseconds slow_answer{1'000};
constexpr milliseconds silence_counts{10'000};

Error in_target(const std::string& field, Error error) {
  error.message = field + ": " + error.message;
  return error;
}

Result<void> admit(RunnerState& state, const std::string& field, const std::string& url) {
  const auto& permitted = state.options.targets;
  const bool may = std::any_of(permitted.begin(), permitted.end(),
                               [&](const std::string& pattern) { return is_permitted_url(url, pattern); });
  if (may && (state.ledger.keys().present() || bare_url(url) == url)) return {};
  if (may)
    return Error{ErrorCode::unsupported, field + ": expected no credentials, as " + secret_key_variable +
                                             " of the runner is not set, found some"};
  return Error{ErrorCode::permission_denied,
               field + ": expected a URL that `targets` of the runner permits, found " + bare_url(url)};
}

}  // namespace

// Opened without the lock, as that may take long; of two that are opened at once one is closed again.
Result<std::shared_ptr<SharedArtifacts>> StorageSinks::get(const std::string& url) {
  {
    const Lock lock(mutex_);
    if (const auto known = sinks_.find(url); known != sinks_.end()) return known->second;
  }
  auto opened = open_artifact_sink(url);
  if (!opened) return opened.error();
  auto made = std::make_shared<SharedArtifacts>(*std::move(opened));
  const Lock lock(mutex_);
  for (auto one = sinks_.begin(); one != sinks_.end() && sinks_.size() >= kept_open;)
    one = one->second.use_count() == 1 ? sinks_.erase(one) : std::next(one);
  return sinks_.try_emplace(url, std::move(made)).first->second;
}

Result<void> SilentTargets::ask(const std::string& url, const std::function<Result<void>()>& ask) {
  const std::string target = bare_url(url);
  const auto begin = Context::Clock::now();
  {
    const Lock lock(mutex_);
    std::erase_if(silent_, [&](const auto& entry) { return entry.second.over <= begin; });
    if (const auto known = silent_.find(target); known != silent_.end()) return known->second.error;
  }
  auto answer = ask();
  const auto end = Context::Clock::now();
  const bool away =
      !answer && (answer.error().code == ErrorCode::unavailable || answer.error().code == ErrorCode::timeout);
  if (away && end - begin >= slow_answer) {
    const Lock lock(mutex_);
    silent_.insert_or_assign(target, Silence{end + silence_counts, answer.error()});
  }
  return answer;
}

Result<void> admit_targets(RunnerState& state, const MatchRequest& request) {
  if (request.storage.empty() && request.streams.empty()) return {};
  // Whatever is there under its id: that may come back before this is stored, and is then made anew.
  for (const auto& [pattern, url] : request.storage)
    if (auto may = admit(state, "storage." + without_controls(pattern), url); !may) return may;
  for (const auto& [pattern, url] : request.streams)
    if (auto may = admit(state, "streams." + without_controls(pattern), url); !may) return may;
  if (!request.id.empty()) {
    const auto known = state.ledger.find(request.id, Context::within(store_patience));
    if (!known) return known.error();
    if (*known && (*known)->match.state != MatchState::returned) return {};  // of a match that is there nothing changes
  }
  for (const auto& [pattern, url] : request.storage) {
    const auto reached = state.silent_targets.ask(url, [&state, &url = url]() -> Result<void> {
      const auto sink = state.storage.get(url);
      if (!sink) return sink.error();
      return (*sink)->reach(Context::within(target_patience));
    });
    if (!reached) return in_target("storage." + without_controls(pattern), reached.error());
  }
  for (const auto& [pattern, url] : request.streams) {
    const auto reached = state.silent_targets.ask(url, [&url = url]() -> Result<void> {
      const auto sink = open_artifact_sink(url);
      return sink ? Result<void>() : sink.error();
    });
    if (!reached) return in_target("streams." + without_controls(pattern), reached.error());
  }
  return {};
}

const Storage* storage_of(const Match& match, const std::string& name) {
  for (const Storage& storage : match.request.storage)
    if (matches_wildcard(name, storage.first)) return &storage;
  return nullptr;
}

Result<std::shared_ptr<SharedArtifacts>> sink_of(RunnerState& state, const Match& match, const std::string& name) {
  if (const Storage* const own = storage_of(match, name)) {
    const auto request = request_with_secrets(match, state.ledger.keys());
    if (!request) return request.error();
    return state.storage.get(request->storage.at(own->first));
  }
  if (!state.artifacts.present())
    return Error{ErrorCode::unsupported, "this runner has no artifact sink of its own", "runner"};
  return std::shared_ptr<SharedArtifacts>(std::shared_ptr<void>(), &state.artifacts);
}

bool stores_remotely(const RunnerState& state, const Match& match) {
  return !match.request.storage.empty() || state.artifacts.remote();
}

}  // namespace matchrunner
