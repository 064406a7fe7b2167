// SPDX-License-Identifier: Apache-2.0
// OneSlot: a runner of one slot, so that a match which holds it shows: the next one never comes.
#pragma once

#include "docker/docker_match.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner::test {

class OneSlot {
 public:
  explicit OneSlot(const DockerOptions& options);

  // The id of a match of one program.
  std::string submit(const std::string& image, const std::string& script, std::uint32_t attempts = 1) const;
  Match wait(const std::string& id) const;  // until it is over
  Match play(const std::string& image, const std::string& script) const { return wait(submit(image, script)); }
  // So many of its events are of that type.
  void wait_for_events(const std::string& id, const std::string& type, int count = 1) const;
  Runner& runner() const { return *runner_; }

 private:
  const TemporaryFolder folder_;
  std::unique_ptr<Runner> runner_;
};

// It failed by the host's fault, and says so in one line that has `words`.
void check_fault(const Match& match, const std::string& words);

}  // namespace matchrunner::test
