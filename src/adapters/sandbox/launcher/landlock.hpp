// SPDX-License-Identifier: Apache-2.0
// Landlock: no signals and no abstract sockets out of a seat, no TCP where there is no network, and of files those that
// file_rules.hpp names.
#pragma once

#include <cstdint>

#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

// Of the interface; 0: this kernel has none, or does not permit it.
long landlock_version();

inline constexpr long landlock_with_moves = 2;   // from Linux 5.19 on: files can be moved between folders at all
inline constexpr long landlock_with_scopes = 6;  // from Linux 6.12 on: signals and abstract sockets stay inside

enum class LandlockFiles : bool { open, closed };  // closed: but for what allow_files() names

// A ruleset with what this kernel can do of that; none when that is nothing.
UniqueFd make_landlock_ruleset(bool network, LandlockFiles files);

enum class FileUse : unsigned char { read, change, device };  // read: and run

// What `path` (a descriptor, O_PATH will do) is, and all below it. Allocates nothing. false and errno: it did not work.
bool allow_files(int ruleset, int path, FileUse use);

// On the calling thread, for good; it must have no_new_privs. Allocates nothing.
int restrict_by_landlock(int ruleset);

}  // namespace matchrunner::launcher
