// SPDX-License-Identifier: Apache-2.0
// What is written is read back as it was, for random values and a printed seed.
#include "catch.hpp"
#include "codec/command_body.hpp"
#include "codec/match_record.hpp"
#include "codec/random_values.hpp"
#include "codec/resolve.hpp"
#include "matchrunner/json.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;
using matchrunner::testing::RandomValues;

namespace {
constexpr int rounds = 300;
}

TEST_CASE("a game is read back as it was written") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  RandomValues random(seed);
  for (int i = 0; i < rounds; ++i) {
    const Game game = random.game();
    const std::string json = to_json(game);
    INFO(json);
    const auto read = parse_game(json);
    REQUIRE((read ? std::string() : read.error().describe()) == "");
    REQUIRE(*read == game);
    REQUIRE(to_json(*read) == json);
    REQUIRE(check_game(json).empty());
  }
}

TEST_CASE("a request is read back as it was written, and keeps its hash") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  RandomValues random(seed);
  for (int i = 0; i < rounds; ++i) {
    const MatchRequest request = random.request();
    const std::string json = to_json(request);
    INFO(json);
    const auto read = parse_match_request(json);
    REQUIRE((read ? std::string() : read.error().describe()) == "");
    REQUIRE(*read == request);
    REQUIRE(request_sha256(*read) == request_sha256(request));
  }
}

TEST_CASE("a command that asks for a match is read as the same") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  RandomValues random(seed);
  for (int i = 0; i < rounds; ++i) {
    const RunCommand run{random.request(), random.chance()};
    const std::string text = run_command_text(run);
    INFO(text);
    const auto read = parse_command_body(text);
    REQUIRE((read ? std::string() : read.error().describe()) == "");
    REQUIRE(std::get<RunCommand>(*read).request == run.request);
    REQUIRE(std::get<RunCommand>(*read).older == run.older);
  }
}

TEST_CASE("a match is read back from its record") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  RandomValues random(seed);
  for (int i = 0; i < rounds; ++i) {
    const Match match = random.match();
    const Record record = to_record(match);
    INFO(record.body);
    const auto read = match_from(record);
    REQUIRE((read ? std::string() : read.error().describe()) == "");
    REQUIRE(*read == match);
    REQUIRE(to_record(*read) == record);
    REQUIRE(to_json(*read) == to_json(match));
  }
}

TEST_CASE("a resolved game is valid, and resolving it again changes nothing") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  RandomValues random(seed);
  int resolved = 0;
  for (int i = 0; i < rounds; ++i) {
    const MatchRequest request = random.request();
    if (!request.inline_game) continue;
    INFO(to_json(request));
    const auto game = resolve(*request.inline_game, request);
    REQUIRE((game ? std::string() : game.error().describe()) == "");
    CHECK(validate(*game));
    for (const Seat& seat : game->seats) {
      CHECK(seat.role.has_value());
      CHECK(seat.on_output_limit.has_value());
      CHECK(merged(seat.limits, default_limits()) == seat.limits);
      CHECK(seat.limits.wall_seconds.has_value());
    }
    MatchRequest nothing_more;
    nothing_more.inline_game = game.value();
    const auto again = resolve(*game, nothing_more);
    REQUIRE(again);
    CHECK(*again == *game);
    ++resolved;
  }
  CHECK(resolved > rounds / 4);
}
