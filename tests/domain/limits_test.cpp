// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "catch.hpp"
#include "matchrunner/domain/game.hpp"

using namespace matchrunner;

TEST_CASE("default limits say something of everything") {
  const Limits limits = default_limits();
  CHECK(limits.cpu_seconds == 60.0);
  CHECK(std::isinf(limits.wall_seconds.value()));
  CHECK(limits.memory_bytes == 536870912U);
  CHECK(limits.processes == 64U);
  CHECK(limits.open_files == 256U);
  CHECK(limits.output_bytes == 16777216U);
  CHECK(limits.artifact_bytes == 268435456U);
  CHECK(limits.disk_bytes == 1073741824U);
  CHECK(limits.files == 100000U);
}

TEST_CASE("merged: each field from the upper one that has it") {
  Limits seat;
  seat.cpu_seconds = 1.5;
  seat.output_bytes = 0;
  Limits game;
  game.cpu_seconds = 9;
  game.wall_seconds = 30;
  game.processes = 2;
  game.disk_bytes = 1048576;
  game.files = 7;
  const Limits all = merged(seat, merged(game, default_limits()));
  Limits expected = default_limits();
  expected.cpu_seconds = 1.5;
  expected.wall_seconds = 30;
  expected.processes = 2;
  expected.disk_bytes = 1048576;
  expected.files = 7;
  expected.output_bytes = 0;
  CHECK(all == expected);
  CHECK(merged(Limits{}, Limits{}) == Limits{});
  CHECK(merged(default_limits(), game) == default_limits());
}
