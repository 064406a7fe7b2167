// SPDX-License-Identifier: Apache-2.0
// Match files: a match request as JSON.
#include "matchrunner/match_file.hpp"

#include "codec/resolve.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/json.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const auto wrong = check_match_request(text);
  for (const InputFault& fault : wrong) require_one_line(fault.describe());

  const auto request = parse_match_request(text, "/");
  require(request.has_value() == wrong.empty(), "what is checked can be submitted, and nothing else");
  if (!request) return require_error(request.error(), ErrorCode::invalid_argument), 0;

  const std::string json = to_json(*request);
  const auto again = parse_match_request(json);
  require(again.has_value(), "what was written can be read", json);
  require(*again == *request, "what was written is what is read", json);
  require(to_json(*again) == json, "equal values give equal bytes", json);
  require(request_sha256(*again) == request_sha256(*request), "equal wishes are equal", json);
  if (!request->inline_game) return 0;
  const auto all = resolve(*request->inline_game, *request);
  if (all)
    require(validate(*all).has_value(), "what is played is a game", json);
  else  // laid together, lists can be too long
    require_error(all.error(), ErrorCode::invalid_argument);
  return 0;
}
