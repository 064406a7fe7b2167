// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/flight.hpp"

#include "catch.hpp"

using matchrunner::rabbitmq::Flight;

TEST_CASE("an event counts when all of its messages and all before it are confirmed") {
  Flight flight;
  flight.sent(11, 0);
  flight.sent(12, 0);
  flight.sent(13, 2);  // the event before it had no message
  CHECK(flight.taken(3) == 0);
  CHECK(flight.in_air() == 3);
  flight.confirmed(11, false, true);
  CHECK(flight.taken(3) == 0);
  flight.confirmed(13, false, true);
  CHECK(flight.taken(3) == 0);
  flight.confirmed(12, false, true);
  CHECK(flight.taken(3) == 3);
  CHECK(flight.in_air() == 0);
}

TEST_CASE("many are confirmed at once, and nothing that was not sent") {
  Flight flight;
  CHECK(flight.taken(0) == 0);
  CHECK(flight.taken(2) == 2);  // two events, nobody to tell
  flight.confirmed(3, true, true);
  for (std::uint64_t i = 5; i < 10; ++i) flight.sent(i, i - 5);
  flight.confirmed(4, true, true);
  CHECK(flight.taken(5) == 0);
  flight.confirmed(7, true, true);
  CHECK(flight.taken(5) == 3);
  flight.confirmed(7, true, true);
  CHECK(flight.in_air() == 2);
  flight.confirmed(1000, true, true);
  CHECK(flight.taken(5) == 5);
}

TEST_CASE("a refused event ends the prefix") {
  Flight flight;
  for (std::uint64_t i = 1; i < 5; ++i) flight.sent(i, i - 1);
  flight.refused(2);
  flight.confirmed(4, true, true);
  CHECK(flight.any_refused());
  CHECK(flight.taken(4) == 2);
  Flight other;
  other.sent(1, 0);
  other.sent(2, 1);
  other.confirmed(1, false, false);
  other.confirmed(2, false, true);
  CHECK(other.taken(2) == 0);
}
