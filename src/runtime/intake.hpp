// SPDX-License-Identifier: Apache-2.0
// Intake: takes commands from one source, stores what they ask, and only then accepts them; on a thread of its own.
// Replies are events of kind "command" in the journal, which sinks bring to whoever asked. See intake.cpp for the
// states.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "codec/command_body.hpp"
#include "runtime/command_answers.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class Intake {
 public:
  // `part`: what the health of its source is called.
  Intake(RunnerState& state, std::shared_ptr<CommandSource> source, std::string part)
      : state_(state),
        source_(std::move(source)),
        part_(std::move(part)),
        able_(source_->capabilities()),
        answers_(state, able_.origin) {}
  ~Intake() { close(); }

  void start();
  void close();

  // After close(): what of the queue came by its commands goes back to its source.
  void return_queued(const Context& context);

 private:
  // A command as it came, and what it asks.
  struct Asked {
    Command command;
    Result<CommandBody> body;
  };

  void run(const std::stop_token& stop);
  Result<void> poll(const Context& context);
  std::vector<Asked> gather(const std::stop_token& stop);
  bool take(const std::vector<Asked>& together, const std::stop_token& stop);
  bool handle(const Asked& asked, const std::stop_token& stop);
  Result<void> store(std::span<const Asked> together);
  Result<bool> must_wait(const RunCommand& run);
  Result<bool> has_room();
  void pause(int failures, const std::stop_token& stop);

  static const RunCommand* run_of(const Asked& asked);
  static bool goes_with_others(const Asked& asked);

  RunnerState& state_;
  const std::shared_ptr<CommandSource> source_;
  const std::string part_;
  const CommandSourceCapabilities able_;
  CommandAnswers answers_;
  std::optional<Asked> next_;         // polled, and not yet handled
  std::uint64_t room_ = 0;            // for so many matches, when it was counted, less those taken since
  BootClock::time_point count_at_{};  // when it is no longer believed
  bool full_ = false;                 // a command was deferred: the source holds such back until there is room
  std::jthread thread_;
};

}  // namespace matchrunner
