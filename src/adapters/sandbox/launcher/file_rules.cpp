// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/file_rules.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "adapters/sandbox/launcher/landlock.hpp"
#include "adapters/sandbox/view_table.hpp"

namespace matchrunner::launcher {
namespace {

constexpr const char* devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

// Of all processes together; each seat's own is allow_own_process().
constexpr const char* facts_of_the_host[] = {
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",        "/proc/uptime", "/proc/version",
    "/proc/loadavg", "/proc/vmstat",  "/proc/filesystems", "/proc/sys",    "/sys/devices/system/cpu"};

// As root_template.hpp and seat_mounts.hpp make them; each is the root of a mount, or lies in the template's.
struct OwnPlace {
  const char* path;
  FileUse use;
};
constexpr OwnPlace own_places[] = {
    {"/", FileUse::read},
    {"/proc", FileUse::change},
    {"/tmp", FileUse::change},
    {"/seat", FileUse::change},
    {"/output", FileUse::change},
    {"/result", FileUse::change},
    {"/dev/null", FileUse::device},
    {"/dev/zero", FileUse::device},
    {"/dev/full", FileUse::device},
    {"/dev/random", FileUse::device},
    {"/dev/urandom", FileUse::device},
};

bool allow_place(int ruleset, const char* path, FileUse use) {
  const int place = ::open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return false;
  const bool allowed = allow_files(ruleset, place, use);
  ::close(place);
  return allowed;
}

class Rules {
 public:
  explicit Rules(int ruleset) : ruleset_(ruleset) {}

  // Follows links: what is opened later is what they lead to.
  void add(const std::string& path, FileUse use, bool must_exist) {
    if (failure_) return;
    const UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!place && !must_exist) return;
    if (!place || !allow_files(ruleset_, place.get(), use)) failure_ = failed("Landlock rule for " + path);
  }
  Failure take() { return std::move(failure_); }

 private:
  const int ruleset_;
  Failure failure_;
};

}  // namespace

Failure make_file_rules(const sandbox::SeatStart& start, UniqueFd& ruleset) {
  ruleset = make_landlock_ruleset(start.network, LandlockFiles::closed);
  if (!ruleset) return failed("Landlock ruleset");
  Rules rules(ruleset.get());
  for (const sandbox::ViewRow& row : sandbox::view_rows)
    if (row.kind != sandbox::ViewKind::with_network || start.network) rules.add(row.path, FileUse::read, false);
  for (const char* device : devices) rules.add(device, FileUse::device, false);
  for (const char* fact : facts_of_the_host) rules.add(fact, FileUse::read, false);
  for (const std::string& path : start.read_only) rules.add(path, FileUse::read, true);
  if (start.folder.empty()) return rules.take();
  rules.add(start.folder + "/seat", FileUse::change, true);
  rules.add(start.folder + "/tmp", FileUse::change, true);
  for (const char* own : {"/output", "/result"})
    if (start.has_output) rules.add(start.folder + own, FileUse::change, true);
  return rules.take();
}

bool allow_own_process(int ruleset) { return allow_place(ruleset, "/proc/self", FileUse::read); }

bool allow_own_root(int ruleset) {
  for (const OwnPlace& own : own_places)
    if (!allow_place(ruleset, own.path, own.use)) return false;
  return true;
}

}  // namespace matchrunner::launcher
