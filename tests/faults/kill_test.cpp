// SPDX-License-Identifier: Apache-2.0
// A fleet of runner processes on one store, killed and stopped at random moments: the short form of the soak.
#include "catch.hpp"
#include "faults/soak_options.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a fleet killed and stopped at random loses no match, gives none two outcomes and keeps the limit") {
  SoakOptions defaults;
  defaults.round.matches = 40;
  defaults.round.lease = milliseconds(1500);
  RoundOptions options = soak_options(defaults).round;
  const TemporaryFolder folder;
  options.folder = folder.path();
  WARN("MATCHRUNNER_SEED=" << options.seed);
  Tally tally;
  Round(options, tally).play();
  INFO("MATCHRUNNER_SEED=" << options.seed << "\n" << tally.table());
  CHECK(tally.violations == std::vector<std::string>());
  CHECK(tally.of("matches played") == static_cast<std::uint64_t>(options.matches));
}
