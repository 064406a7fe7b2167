// SPDX-License-Identifier: Apache-2.0
// What stands in the store: which match a submit makes or finds, and the catalogue of games.
#include "catch.hpp"
#include "matchrunner/json.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

using Types = std::vector<std::string>;

}  // namespace

TEST_CASE("the same submit twice is one match, another under its id is refused") {
  const Ground ground;
  const auto runner = Runner::open(ground.watching()).value();
  MatchRequest request = solo({"exit 0"});
  request.id = "final";
  const Match first = runner->submit_match(request).value();
  const Match again = runner->submit_match(request).value();
  CHECK(again.id == first.id);
  CHECK(again.version == first.version);
  request.priority = 5;
  CHECK(runner->submit_match(request).error().code == ErrorCode::already_exists);
  CHECK(event_types(*runner, "final") == Types{"submit"});
}

TEST_CASE("the same submit is the same match also when its game has changed or is gone") {
  const Ground ground;
  const auto runner = Runner::open(ground.watching()).value();
  Game game = *solo({"exit 0"}).inline_game;
  game.name = "dice";
  REQUIRE(runner->add_game(game));
  MatchRequest request;
  request.id = "final";
  request.game = "dice";
  const Match first = runner->submit_match(request).value();
  const auto same_again = [&] {
    const auto again = runner->submit_match(request);
    REQUIRE(again.has_value());
    CHECK(again->version == first.version);
    CHECK(again->game == first.game);
    MatchRequest other = request;
    other.priority = 5;
    CHECK(runner->submit_match(other).error().code == ErrorCode::already_exists);
  };
  game.seats[0].name = "thrower";
  REQUIRE(runner->update_game(game));
  same_again();
  REQUIRE(runner->remove_game("dice"));
  same_again();
  CHECK(event_types(*runner, "final") == Types{"submit"});
}

TEST_CASE("a secret may change between two submits, and no event or match shows it") {
  const Ground ground;
  const auto runner = Runner::open(ground.watching()).value();
  MatchRequest request = solo({"exit 0"});
  request.id = "final";
  request.seats.resize(1);
  request.seats[0].name = "program";
  request.seats[0].secrets = {{"TOKEN", "hush-1"}};
  const Match first = runner->submit_match(request).value();
  CHECK(to_json(first).find("hush") == std::string::npos);
  request.seats[0].secrets["TOKEN"] = "hush-2";
  const auto again = runner->submit_match(request);
  REQUIRE(again.has_value());
  CHECK(again->request.seats[0].secrets.at("TOKEN") == "hush-1");
  request.seats[0].secrets["OTHER"] = "hush-3";
  CHECK(runner->submit_match(request).error().code == ErrorCode::already_exists);
  for (const Event& event : ground.store->events({}, patience()).value().events)
    CHECK(to_json(event).find("hush") == std::string::npos);
}

TEST_CASE("the catalogue keeps versions, and a match keeps the game it was submitted with") {
  const Ground ground;
  const auto runner = Runner::open(ground.watching()).value();
  Game game = *solo({"exit 0"}).inline_game;
  game.name = "dice";
  CHECK(runner->add_game(game).value().version == 1);
  CHECK(runner->add_game(game).error().code == ErrorCode::already_exists);
  MatchRequest request;
  request.game = "dice";
  const Match match = runner->submit_match(request).value();
  game.title = "Dice, second edition";
  CHECK(runner->update_game(game).value().version == 2);
  CHECK(runner->find_game("dice").value()->title == "Dice, second edition");
  CHECK(runner->get_match(match.id).value().game.version == 1);
  CHECK(runner->list_games().value().size() == 1);
  CHECK(runner->remove_game("dice").has_value());
  CHECK(runner->remove_game("dice").error().code == ErrorCode::not_found);
  CHECK(runner->update_game(game).error().code == ErrorCode::not_found);
  CHECK(runner->submit_match(request).error().code == ErrorCode::not_found);
  CHECK_FALSE(runner->find_game("dice").value().has_value());
}
