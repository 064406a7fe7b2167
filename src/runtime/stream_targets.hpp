// SPDX-License-Identifier: Apache-2.0
// StreamTargets: the sinks that live streams go to, one for each URL, and which of them fail just now. Used by one
// thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clocks.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

class StreamTargets {
 public:
  explicit StreamTargets(const Clocks& clocks) : clocks_(clocks) {}

  // Not while it fails: whoever has something for it comes again later.
  bool ready(const std::string& url) const;

  BootClock::time_point now() const { return clocks_.boot(); }

  // Opens it where it is not open.
  Result<std::shared_ptr<ArtifactSink>> get(const std::string& url);

  // How a try ended that began then. One that took long to fail is not made again soon: others wait meanwhile.
  void note(const std::string& url, bool failed, BootClock::time_point began);

  // Those that nobody else has go, but for the few that were used last.
  void close_unused();

 private:
  struct Target {
    std::shared_ptr<ArtifactSink> sink = nullptr;
    int failures = 0;
    BootClock::time_point not_before = {};
    BootClock::time_point used = {};
  };

  const Clocks& clocks_;
  std::map<std::string, Target> targets_;
};

}  // namespace matchrunner
