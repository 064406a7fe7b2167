// SPDX-License-Identifier: Apache-2.0
// Result files, as a referee leaves them.
#include <cmath>
#include <nlohmann/json.hpp>

#include "codec/json_text.hpp"
#include "codec/seat_output.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Seat> seats = [] {
    std::vector<Seat> made(3);
    made[0].name = "referee";
    made[1].name = "white";
    made[2].name = "black";
    return made;
  }();
  const auto result = parse_result_file(text_of(data, size), seats);
  if (!result) return require_error(result.error(), ErrorCode::invalid_argument), 0;
  for (const auto& [name, score] : result->scores) require(std::isfinite(score), "scores are finite", name);
  require_one_line(result->reason);

  codec::Json json;
  require(codec::read_text(result->details, json).empty() && json.is_object(), "details are an object",
          result->details);
  json["scores"] = result->scores;
  json["reason"] = result->reason;
  const std::string written = codec::to_text(json);
  const auto again = parse_result_file(written, seats);
  require(
      again && again->scores == result->scores && again->reason == result->reason && again->details == result->details,
      "what was written is what is read", written);
  return 0;
}
