// SPDX-License-Identifier: Apache-2.0
// Intake: takes commands from one source, stores what they ask, and only then accepts them; on a thread of its own.
// Replies are events of kind "command" in the journal, which sinks bring to whoever asked.
#pragma once

#include <memory>
#include <thread>

#include "codec/command_body.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class Intake {
 public:
  // `part`: what the health of its source is called.
  Intake(RunnerState& state, std::shared_ptr<CommandSource> source, std::string part)
      : state_(state), source_(std::move(source)), part_(std::move(part)) {}
  ~Intake() { close(); }

  void start();
  void close();

 private:
  void run(const std::stop_token& stop);
  Result<std::string> obey(const CommandBody& body);
  Result<void> reply(const Command& command, const Result<std::string>& answer);

  RunnerState& state_;
  const std::shared_ptr<CommandSource> source_;
  const std::string part_;
  std::jthread thread_;
};

}  // namespace matchrunner
