// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "base/nearest.hpp"
#include "catch.hpp"

using namespace matchrunner;

TEST_CASE("edit distance counts letters put in, left out, replaced and swapped") {
  CHECK(edit_distance("seats", "seats") == 0);
  CHECK(edit_distance("", "seats") == 5);
  CHECK(edit_distance("seats", "") == 5);
  CHECK(edit_distance("seat", "seats") == 1);
  CHECK(edit_distance("seatss", "seats") == 1);
  CHECK(edit_distance("sests", "seats") == 1);
  CHECK(edit_distance("saets", "seats") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest name, the first of equals, whatever the length") {
  constexpr std::array<std::string_view, 3> known{"command", "custom", "count"};
  CHECK(nearest_name("comand", known) == "command");
  CHECK(nearest_name("coutn", known) == "count");
  CHECK(nearest_name("", known) == "count");
  CHECK(nearest_name(std::string(1 << 20, 'c'), known) == "command");
  CHECK(nearest_name("x", {}).empty());
}
