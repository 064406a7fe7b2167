// SPDX-License-Identifier: Apache-2.0
// Where a match's own artifacts and streams go: whether that is permitted and there, and the sinks themselves, shared
// by URL. Safe from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/match.hpp"
#include "runtime/shared_artifacts.hpp"

namespace matchrunner {

struct RunnerState;

// The sinks that artifacts of matches go to by their own `storage`, each opened once.
class StorageSinks {
 public:
  Result<std::shared_ptr<SharedArtifacts>> get(const std::string& url);

 private:
  static constexpr std::size_t kept_open = 32;

  Mutex mutex_;
  std::map<std::string, std::shared_ptr<SharedArtifacts>> sinks_ MATCHRUNNER_GUARDED_BY(mutex_);
};

// Targets that took their time to be away: each of a number of commands that name one would hold up those behind it.
class SilentTargets {
 public:
  // What `ask` says; or what it said of this URL not long ago, where it said so slowly.
  Result<void> ask(const std::string& url, const std::function<Result<void>()>& ask);

 private:
  struct Silence {
    Context::Clock::time_point over;
    Error error;
  };

  Mutex mutex_;
  std::map<std::string, Silence> silent_ MATCHRUNNER_GUARDED_BY(mutex_);  // by URL, without credentials
};

// Before a match is stored: every target of it is one that `targets` of the options permit, and can be opened.
// `permission_denied` and `unsupported` name field and setting; else what the target said, its code with it.
Result<void> admit_targets(RunnerState& state, const MatchRequest& request);

// Where the match itself says that this artifact is kept: the pattern of its name, and the URL as anybody may see it.
// nullptr: in the runner's own sink.
using Storage = std::map<std::string, std::string>::value_type;
const Storage* storage_of(const Match& match, const std::string& name);

// The sink for this artifact of the match: by the match's storage, or the runner's own.
Result<std::shared_ptr<SharedArtifacts>> sink_of(RunnerState& state, const Match& match, const std::string& name);

// To store its artifacts may take long.
bool stores_remotely(const RunnerState& state, const Match& match);

}  // namespace matchrunner
