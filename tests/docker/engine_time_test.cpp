// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/engine_time.hpp"

#include "catch.hpp"

using matchrunner::docker::moment_from;
using namespace std::chrono_literals;

TEST_CASE("a moment is what an engine writes, wherever its clock is") {
  CHECK(moment_from("1983-09-04T08:01:23Z") == 431510483s);
  CHECK(moment_from("1983-09-04T10:01:23+02:00") == 431510483s);
  CHECK(moment_from("1983-09-04T03:31:23-04:30") == 431510483s);
  CHECK(moment_from("1983-09-04T08:01:23.5Z") == 431510483s + 500ms);
  CHECK(moment_from("2026-11-26T16:50:14.123456789Z") == 1795711814s + 123456789ns);
  CHECK(moment_from("1983-09-04T10:01:23.000000001+02:00") == 431510483s + 1ns);
}

TEST_CASE("what is no moment, or the year of never, is none") {
  for (const char* text : {"", "yesterday", "0001-01-01T00:00:00Z", "1983-09-04T08:01:23", "1983-09-04T08:01:23.",
                           "1983-09-04T08:01:23z", "1983-09-04T08:01:23+", "1983-09-04T08:01:23+02:00x"})
    CHECK(!moment_from(text));
}
