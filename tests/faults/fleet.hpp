// SPDX-License-Identifier: Apache-2.0
// FleetPlan: what the processes of a fleet share; FleetRunner: one of them, which can be killed, stopped and waked.
// One thread. A FleetRunner is killed when it is destroyed.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner::test {

struct FleetPlan {
  std::string folder;     // for spools, sinks and what the runners say
  std::string store_url;  // empty store
  std::string artifacts_url;
  int runners = 2;
  int slots = 2;  // the limit, over the whole fleet
  milliseconds lease{1500};

  // "shared" is a sink of every runner, the others belong to one each.
  std::vector<std::string> sinks() const;
  std::string sink_path(const std::string& sink) const { return folder + "/" + sink + ".jsonl"; }
};

class FleetRunner {
 public:
  FleetRunner(const FleetPlan& plan, int index);
  ~FleetRunner() { kill(); }
  FleetRunner(const FleetRunner&) = delete;
  FleetRunner& operator=(const FleetRunner&) = delete;

  const std::string& name() const { return name_; }  // holder of its matches
  bool works(milliseconds patience) const;           // waits until it does; false: it ended, or takes too long
  bool running() const { return pid_ > 0; }
  bool stopped() const { return stopped_; }

  void kill();
  void stop();  // returns when it has stopped
  void wake();

  // Why it ended without having been killed; empty: it did not.
  std::string ended_by_itself();

 private:
  void note_end(int status);

  std::string name_;
  std::string log_path_;
  std::string end_;
  pid_t pid_ = -1;
  bool stopped_ = false;
  UniqueFd output_;
};

}  // namespace matchrunner::test
