// SPDX-License-Identifier: Apache-2.0
#include "runtime/printed.hpp"

#include <sys/stat.h>

#include "runtime/spool.hpp"

namespace matchrunner {
namespace {

bool has_something_in(const std::string& run_folder, const std::string& log) {
  const auto file = open_spooled(run_folder, log);
  struct stat status {};
  return file && ::fstat(file->get(), &status) == 0 && status.st_size > 0;
}

}  // namespace

std::vector<std::string> seats_that_printed(const Game& game, const std::string& run_folder) {
  std::vector<std::string> names;
  if (run_folder.empty()) return names;
  for (const Seat& seat : game.seats) {
    const std::string log = "logs/" + seat.name;
    if (has_something_in(run_folder, log + ".stdout") || has_something_in(run_folder, log + ".stderr"))
      names.push_back(seat.name);
  }
  return names;
}

}  // namespace matchrunner
