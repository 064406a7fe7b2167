// SPDX-License-Identifier: Apache-2.0
// CommandAnswers: what a command asks, as far as the store is concerned, and its answer for the journal. Used by one
// thread.
#pragma once

#include "codec/command_body.hpp"
#include "codec/event_body.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class CommandAnswers {
 public:
  // `origin`: of the source that the commands come by.
  CommandAnswers(RunnerState& state, std::string origin) : state_(state), origin_(std::move(origin)) {}

  // A stop is done when this returns. What else is to be stored is added to `batch`, for a commit together with the
  // answer. Errors are those of the ledger, and nothing was added.
  Result<Answer> obey(const CommandBody& body, const Command& command, Batch& batch);

  // Adds the answer. `match`: that it is about, where the answer does not say so; empty: none is known. `asks_others`:
  // it is not here, and the command goes on to the other runners.
  void add_reply(const Command& command, const std::string& match, const Result<Answer>& answer, bool asks_others,
                 Batch& batch);

  // All of it or nothing.
  Result<void> commit(const Batch& batch);

 private:
  Result<void> admit(const MatchRequest& request) const;
  Result<Answer> run(const RunCommand& run, const Command& command, Batch& batch);
  Result<Answer> stop(const StopCommand& stop);
  Result<Answer> score(const ScoreCommand& score);
  Answer shut_down(const Command& command, Batch& batch) const;
  Result<std::string> last_score(const std::string& match);

  RunnerState& state_;
  const std::string origin_;
};

}  // namespace matchrunner
