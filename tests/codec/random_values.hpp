// SPDX-License-Identifier: Apache-2.0
// Random games, requests and matches, all of them valid, for round trips. The seed is MATCHRUNNER_SEED, or a new one.
#pragma once

#include <cstdint>
#include <random>

#include "matchrunner/domain/match.hpp"

namespace matchrunner::testing {

std::uint64_t chosen_seed();

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  Game game();
  MatchRequest request();
  Match match();
  std::uint64_t number(std::uint64_t low, std::uint64_t high);
  bool chance() { return number(0, 1) == 1; }
  std::string text(std::size_t max_length);  // any Unicode, no NUL

 private:
  double real(double low, double high);
  std::string id();
  std::string line(std::size_t max_length);
  std::string settings();
  Limits limits();
  Seat seat(const std::string& name, SeatRole role, bool started);
  Outcome outcome(const Game& game);
  Time time();

  std::mt19937_64 engine_;
};

}  // namespace matchrunner::testing
