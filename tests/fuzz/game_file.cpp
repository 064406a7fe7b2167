// SPDX-License-Identifier: Apache-2.0
// Game files: a game of the catalogue as JSON.
#include "codec/resolve.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/json.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const auto wrong = check_game(text);
  for (const InputFault& fault : wrong) require_one_line(fault.describe());

  const auto game = parse_game(text, "/");
  require(game.has_value() == wrong.empty(), "what is checked can be registered, and nothing else");
  if (!game) return require_error(game.error(), ErrorCode::invalid_argument), 0;

  const std::string json = to_json(*game);
  require(validate(*game).has_value(), "a game that was read is valid", json);
  const auto again = parse_game(json);
  require(again.has_value(), "what was written can be read", json);
  require(*again == *game, "what was written is what is read", json);
  require(to_json(*again) == json, "equal values give equal bytes", json);
  return 0;
}
