// SPDX-License-Identifier: Apache-2.0
// The messages of older clients, as brokers bring them.
#include "codec/run_match.hpp"

#include <nlohmann/json.hpp>

#include "codec/command_body.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(text_of(bytes, size));
  codec::Json data;
  if (!codec::read_text(text, data).empty() || !data.is_object()) return 0;
  const auto missing = missing_in_run_match(data);
  for (const std::string& path : missing) require_one_line(path);
  const auto command = parse_command_body(R"({"command":"run_match","data":)" + text + "}");
  if (!command) require_error(command.error(), ErrorCode::invalid_argument);
  if (!missing.empty()) {
    const bool said = !command || std::holds_alternative<IncompleteCommand>(*command);
    require(said, "what lacks something is no match", text);
    return 0;
  }
  std::vector<InputFault> faults;
  const codec::Json match = match_file_of_run_match(data, faults);
  for (const InputFault& fault : faults) require_one_line(fault.describe());
  if (!faults.empty()) require(!command, "what has faults is no match", text);
  require(match["game"]["seats"].size() == 3, "a server and two teams", text);
  return 0;
}
