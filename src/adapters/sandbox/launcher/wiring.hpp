// SPDX-License-Identifier: Apache-2.0
// Connects the seats of a match: each wired player's stdin and stdout are kernel pipes to the referee; nothing that
// they say to each other passes through the launcher.
#pragma once

#include <memory>
#include <vector>

#include "adapters/sandbox/launcher/seat.hpp"

namespace matchrunner::launcher {

// Puts the descriptors into the seats' plans; the numbers are those of messages.hpp. `events` goes to the seat with
// output.
Failure wire(const std::vector<sandbox::SeatStart>& starts, const std::vector<std::unique_ptr<Seat>>& seats,
             UniqueFd events);

}  // namespace matchrunner::launcher
