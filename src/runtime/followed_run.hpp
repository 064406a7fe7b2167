// SPDX-License-Identifier: Apache-2.0
// FollowedRun: the streams of one run of a match: what of its growing files has gone where. end() from any thread, all
// else by one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "base/unique_fd.hpp"
#include "codec/event_body.hpp"
#include "matchrunner/domain/match.hpp"
#include "runtime/match_events.hpp"
#include "runtime/stream_targets.hpp"

namespace matchrunner {

using StreamList = std::vector<std::pair<std::string, std::string>>;  // pattern of artifact names -> URL

class FollowedRun {
 public:
  FollowedRun(const Match& match, StreamList streams, const std::string& folder);

  const std::string& match() const { return match_; }
  std::uint64_t epoch() const { return epoch_; }

  // Nothing is written to its files any more: they are opened, so that their folder may go.
  void end();
  bool ended() const;

  // Sends on what has come, a piece of each stream; true: there is more, or may be at once.
  // `head`: how far the journal reaches.
  bool advance(StateStore& store, std::uint64_t head, StreamTargets& targets);

  // It has ended, and all is with its targets.
  bool complete() const;

  std::vector<StreamOutcome> outcomes() const;

 private:
  struct Part {
    std::string url;
    std::string name;
    std::unique_ptr<ArtifactWriter> writer = nullptr;
    std::string token = {};             // where it goes on after a failure
    std::uint64_t sent = 0;             // by this writer
    std::uint64_t confirmed = 0;        // that the target has
    std::uint64_t size = 0;             // as last seen
    BootClock::time_point tended = {};  // when its writer was used last
    bool done = false;
    std::string error = {};
  };

  bool wants(const std::string& name) const;
  void add_parts(const std::vector<std::string>& names);
  std::vector<std::string> names_so_far() const;
  bool reads_journal() const;
  bool advance(Part& part, StreamTargets& targets, bool ended);
  static Result<bool> tend(Part& part);
  Result<bool> send_piece(Part& part, int file, StreamTargets& targets, bool is_last);
  int file_of(const Part& part, UniqueFd& opened) const;

  const std::string match_;
  const std::uint64_t epoch_;
  const std::string run_folder_;
  const StreamList streams_;
  MatchEvents events_;
  std::vector<Part> parts_;
  bool saw_end_ = false;
  mutable Mutex mutex_;
  bool ended_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::map<std::string, UniqueFd> files_ MATCHRUNNER_GUARDED_BY(mutex_);  // once it has ended
};

}  // namespace matchrunner
