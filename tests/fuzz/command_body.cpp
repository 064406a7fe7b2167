// SPDX-License-Identifier: Apache-2.0
// Bodies of commands, as brokers bring them.
#include "codec/command_body.hpp"

#include "fuzz/target.hpp"
#include "matchrunner/json.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  require_one_line(match_named_in(text_of(data, size)));
  const auto command = parse_command_body(text_of(data, size));
  if (!command) return require_error(command.error(), ErrorCode::invalid_argument), 0;
  if (const auto* stop = std::get_if<StopCommand>(&*command)) require_one_line(stop->match + stop->reason);
  if (const auto* status = std::get_if<StatusCommand>(&*command)) require_one_line(status->match);
  if (const auto* run = std::get_if<RunCommand>(&*command)) {
    const std::string text = R"({"command":"run","data":)" + to_json(run->request) + "}";
    const auto again = parse_command_body(text);
    require(again && std::holds_alternative<RunCommand>(*again), "what was written can be read", text);
    require(std::get<RunCommand>(*again).request == run->request, "what was written is what is read", text);
  }
  return 0;
}
