// SPDX-License-Identifier: Apache-2.0
// CommandAnswers: does what a command asks, as far as the store is concerned, and writes the answer to the journal.
// Used by one thread.
#pragma once

#include "codec/command_body.hpp"
#include "codec/event_body.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class CommandAnswers {
 public:
  explicit CommandAnswers(RunnerState& state) : state_(state) {}

  // Errors are those of the ledger.
  Result<Answer> obey(const CommandBody& body, const Command& command);

  // `match`: that it is about, where the answer does not say so; empty: none is known. `asks_others`: it is not here,
  // and the command goes on to the other runners.
  Result<void> reply(const Command& command, const std::string& match, const Result<Answer>& answer, bool asks_others);

 private:
  Result<void> admit(const MatchRequest& request) const;
  Result<Answer> run(const RunCommand& run, const Command& command);
  Result<Answer> stop(const StopCommand& stop);
  Result<Answer> score(const ScoreCommand& score);
  Result<Answer> shut_down(const Command& command);
  Result<std::string> last_score(const std::string& match);

  RunnerState& state_;
};

}  // namespace matchrunner
