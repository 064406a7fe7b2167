// SPDX-License-Identifier: Apache-2.0
#include "runtime/stream_targets.hpp"

#include <algorithm>

#include "base/backoff.hpp"
#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

constexpr Backoff target_retries{milliseconds(200), milliseconds(5000)};
constexpr std::size_t kept_open = 16;

}  // namespace

bool StreamTargets::ready(const std::string& url) const {
  const auto found = targets_.find(url);
  return found == targets_.end() || clocks_.boot() >= found->second.not_before;
}

Result<std::shared_ptr<ArtifactSink>> StreamTargets::get(const std::string& url) {
  Target& target = targets_[url];
  target.used = clocks_.boot();
  if (!target.sink) {
    auto opened = open_artifact_sink(url);
    if (!opened) return opened.error();
    target.sink = *std::move(opened);
  }
  return target.sink;
}

void StreamTargets::note(const std::string& url, bool failed, BootClock::time_point began) {
  Target& target = targets_[url];
  target.failures = failed ? target.failures + 1 : 0;
  const auto now = clocks_.boot();
  target.not_before = failed ? now + wait_after(target.failures, target_retries) + 3 * (now - began) : began;
}

void StreamTargets::close_unused() {
  while (targets_.size() > kept_open) {
    const auto longest = std::min_element(targets_.begin(), targets_.end(), [](const auto& one, const auto& other) {
      return one.second.used < other.second.used;
    });
    targets_.erase(longest);
  }
}

}  // namespace matchrunner
