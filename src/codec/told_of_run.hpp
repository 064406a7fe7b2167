// SPDX-License-Identifier: Apache-2.0
// ToldOfRun: what the events of a match say of its last run, for whoever goes on with it. A plain value.
//
// Each report of a run becomes one event, and those of one look are in the journal all or none; a line that was dropped
// is counted by the event that tells of it. So the lines of a run, in the order in which its program wrote them, are in
// the journal up to some line and not beyond, whenever its runner was killed: `lines` says up to which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "matchrunner/domain/event.hpp"

namespace matchrunner {

struct ToldOfRun {
  std::uint64_t lines = 0;         // of its program, those that were dropped included
  std::vector<std::string> seats;  // that have ended

  // The next of the match, in the order of the journal.
  void add(const Event& event);
};

}  // namespace matchrunner
