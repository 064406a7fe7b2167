// SPDX-License-Identifier: Apache-2.0
// Which seat may start when.
#include "adapters/docker/start_order.hpp"

#include "catch.hpp"

using namespace matchrunner;
using docker::StartOrder;
using std::chrono::milliseconds;

namespace {

const StartOrder::Time zero{};

Game game_of(const std::vector<std::string>& names) {
  Game game;
  for (const std::string& name : names) game.seats.emplace_back().name = name;
  return game;
}

std::string started_at(StartOrder& order, StartOrder::Time now) {
  std::string seats;
  while (const auto seat = order.next(now)) {
    order.started(*seat);
    seats += std::to_string(*seat);
  }
  return seats;
}

}  // namespace

TEST_CASE("seats that wait for nobody start at once") {
  StartOrder order(game_of({"a", "b"}), zero);
  CHECK(started_at(order, zero) == "01");
  CHECK_FALSE(order.all_ready());
  order.ready(0, zero);
  order.ready(1, zero);
  CHECK(order.all_ready());
}

TEST_CASE("a seat starts when all that it waits for are ready, and its delay is over") {
  Game game = game_of({"server", "red", "blue"});
  game.seats[1].after = {"server"};
  game.seats[2].after = {"server"};
  game.seats[2].addresses = {{"ip", "red"}};
  game.seats[2].delay_seconds = 0.5;
  StartOrder order(game, zero);
  CHECK(started_at(order, zero) == "0");
  CHECK_FALSE(order.next_at());
  order.ready(0, zero + milliseconds(100));
  order.ready(0, zero + milliseconds(900));  // once
  CHECK(started_at(order, zero + milliseconds(100)) == "1");
  CHECK_FALSE(order.next_at());
  order.ready(1, zero + milliseconds(200));
  CHECK(order.next_at() == zero + milliseconds(700));
  CHECK(started_at(order, zero + milliseconds(699)).empty());
  CHECK(started_at(order, zero + milliseconds(700)) == "2");
}
