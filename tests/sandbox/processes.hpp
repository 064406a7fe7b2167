// SPDX-License-Identifier: Apache-2.0
// The processes of this machine, as a test asks for them: by a mark in their command line. Plain functions.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace matchrunner {

// A text that no other process has in its command line.
std::string unique_mark();

// Waits until there are `at_least` so many, for a minute: one that is just being started shows no mark yet.
std::vector<pid_t> processes_with(const std::string& mark, std::size_t at_least = 0);

pid_t parent_of(pid_t process);

// Waits until it is stopped. false: it is not, within a minute.
bool is_stopped(pid_t process);

// Waits until each of them has ended. false: one has not, within a minute.
bool all_end(const std::vector<pid_t>& processes);

}  // namespace matchrunner
