// SPDX-License-Identifier: Apache-2.0
// The first match: one sandboxed program rolls a die and leaves its score.
#include <iostream>

#include "matchrunner/match_file.hpp"
#include "matchrunner/open.hpp"

constexpr auto dice = R"json({"game": {"name": "dice", "wiring": "none", "seats": [{"name": "die", "command": "sh",
  "arguments": ["-c", "echo '{\"scores\": {\"die\": '$(shuf -i 1-6 -n 1)'}}' >$MATCHRUNNER_RESULT"]}]}})json";

int main() try {
  matchrunner::RunnerOptions options;
  options.store = matchrunner::open_state_store("memory://").value();
  options.artifacts = matchrunner::open_artifact_sink("memory://").value();
  options.executor = matchrunner::open_executor("sandbox://").value();
  const auto runner = matchrunner::Runner::open(options).value();
  const auto queued = runner->submit_match(matchrunner::parse_match_request(dice).value()).value();
  const auto match = runner->wait_match(queued.id, {}).value();
  std::cout << to_string(match.outcome->result) << ", the die shows " << match.outcome->seats[0].score.value() << "\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
