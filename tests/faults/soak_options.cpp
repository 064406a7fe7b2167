// SPDX-License-Identifier: Apache-2.0
#include "faults/soak_options.hpp"

#include <cstdlib>
#include <random>

namespace matchrunner::test {
namespace {

void read(const char* name, int& number) {
  if (const char* text = std::getenv(name)) number = std::atoi(text);
}

void read(const char* name, std::string& value, const char* otherwise) {
  const char* text = std::getenv(name);
  value = text != nullptr ? text : otherwise;
}

}  // namespace

SoakOptions soak_options(SoakOptions otherwise) {
  SoakOptions options = std::move(otherwise);
  const char* seed = std::getenv("MATCHRUNNER_SEED");
  options.round.seed = seed != nullptr ? static_cast<std::uint32_t>(std::strtoul(seed, nullptr, 10))
                                       : static_cast<std::uint32_t>(std::random_device{}());
  int lease = static_cast<int>(options.round.lease.count());
  read("MATCHRUNNER_SOAK_MINUTES", options.minutes);
  read("MATCHRUNNER_SOAK_MATCHES", options.round.matches);  // a round
  read("MATCHRUNNER_SOAK_RUNNERS", options.round.runners);
  read("MATCHRUNNER_SOAK_SLOTS", options.round.slots);
  read("MATCHRUNNER_SOAK_LEASE_MS", lease);
  read("MATCHRUNNER_SOAK_STORE", options.round.store, "sqlite:///{folder}/store.db");
  read("MATCHRUNNER_SOAK_ARTIFACTS", options.round.artifacts, "file://{folder}/artifacts");
  options.round.lease = milliseconds(lease);
  return options;
}

}  // namespace matchrunner::test
