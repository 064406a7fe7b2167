// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/wiring.hpp"

#include <fcntl.h>

namespace matchrunner::launcher {
namespace {

Failure make_pipe(UniqueFd& reader, UniqueFd& writer) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
  reader.reset(ends[0]);
  writer.reset(ends[1]);
  return {};
}

}  // namespace

Failure wire(const std::vector<sandbox::SeatStart>& starts, const std::vector<std::unique_ptr<Seat>>& seats,
             UniqueFd events) {
  std::vector<UniqueFd> of_referee;
  of_referee.push_back(std::move(events));
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (!starts[i].wired) continue;
    UniqueFd from_player, to_player;
    if (Failure failure = make_pipe(from_player, seats[i]->plan().standard[1])) return failure;
    if (Failure failure = make_pipe(seats[i]->plan().standard[0], to_player)) return failure;
    seats[i]->own(from_player);
    seats[i]->own(to_player);
    of_referee.push_back(std::move(from_player));
    of_referee.push_back(std::move(to_player));
  }
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (starts[i].has_output) {
      seats[i]->own(of_referee.front());
      seats[i]->plan().more = std::move(of_referee);
      break;
    }
  return {};
}

}  // namespace matchrunner::launcher
