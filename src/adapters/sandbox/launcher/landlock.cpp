// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/landlock.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace matchrunner::launcher {
namespace {

// As in newer kernels' linux/landlock.h.
struct Ruleset {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_network = 0;
  std::uint64_t scoped = 0;
};
struct [[gnu::packed]] PathRule {
  std::uint64_t allowed = 0;
  std::int32_t path = -1;
};
constexpr std::uint64_t bind_tcp = 1, connect_tcp = 2;
constexpr std::uint64_t abstract_sockets = 1, signals = 2;
constexpr unsigned ask_version = 1;
constexpr int path_beneath = 1;
constexpr long first_with_tcp = 4;

struct FileRight {
  std::uint64_t bit;
  long since;    // version of the interface
  bool of_file;  // also means something for what is no folder
  bool read;
  bool change;
  bool device;
};
constexpr FileRight file_rights[] = {
    {1U << 0U, 1, true, true, true, false},      // execute
    {1U << 1U, 1, true, false, true, true},      // write a file
    {1U << 2U, 1, true, true, true, true},       // read a file
    {1U << 3U, 1, false, true, true, false},     // list a folder
    {1U << 4U, 1, false, false, true, false},    // remove a folder
    {1U << 5U, 1, false, false, true, false},    // remove a file
    {1U << 6U, 1, false, false, false, false},   // make a character device
    {1U << 7U, 1, false, false, true, false},    // make a folder
    {1U << 8U, 1, false, false, true, false},    // make a file
    {1U << 9U, 1, false, false, true, false},    // make a socket
    {1U << 10U, 1, false, false, true, false},   // make a fifo
    {1U << 11U, 1, false, false, false, false},  // make a block device
    {1U << 12U, 1, false, false, true, false},   // make a symbolic link
    {1U << 13U, 2, false, false, true, false},   // link or rename to another folder
    {1U << 14U, 3, true, false, true, false},    // truncate
    {1U << 15U, 5, true, false, false, false},   // ioctl of a device
};

}  // namespace

long landlock_version() {
  static const long version = std::max(
      0L, ::syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_version));  // -1: built without, or turned off
  return version;
}

UniqueFd make_landlock_ruleset(bool network, LandlockFiles files) {
  const long version = landlock_version();
  Ruleset ruleset;
  for (const FileRight& right : file_rights)
    if (files == LandlockFiles::closed && version >= right.since) ruleset.handled_files |= right.bit;
  if (version >= first_with_tcp) ruleset.handled_network = network ? 0 : bind_tcp | connect_tcp;
  if (version >= landlock_with_scopes) ruleset.scoped = abstract_sockets | signals;
  if ((ruleset.handled_files | ruleset.handled_network | ruleset.scoped) == 0) return {};
  // Older kernels take a longer struct as long as what they do not know in it is zero.
  return UniqueFd(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0)));
}

bool allow_files(int ruleset, int path, FileUse use) {
  struct stat about {};
  if (::fstat(path, &about) != 0) return false;
  PathRule rule;
  rule.path = path;
  for (const FileRight& right : file_rights) {
    const bool wanted = use == FileUse::read ? right.read : use == FileUse::change ? right.change : right.device;
    if (wanted && (right.of_file || S_ISDIR(about.st_mode)) && landlock_version() >= right.since)
      rule.allowed |= right.bit;
  }
  return ::syscall(SYS_landlock_add_rule, ruleset, path_beneath, &rule, 0) == 0;
}

int restrict_by_landlock(int ruleset) { return static_cast<int>(::syscall(SYS_landlock_restrict_self, ruleset, 0)); }

}  // namespace matchrunner::launcher
