// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/left_objects.hpp"

#include <fcntl.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "adapters/sandbox/launcher/text_file.hpp"
#include "base/percent.hpp"
#include "base/remove_tree.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {
namespace {

// Folders in which everybody may make things; only what lies there itself is looked at, with all that is in it.
constexpr const char* open_folders[] = {
    "/tmp", "/var/tmp",
    "/dev/shm",    // POSIX shared memory and semaphores
    "/dev/mqueue"  // POSIX message queues, where they are mounted
};

// Objects of System V, as the kernel lists them: a line each below the names of the columns.
struct SystemV {
  const char* list;
  const char* id;
  const char* name;
  int (*remove)(int id);
};
constexpr SystemV system_v[] = {
    {"/proc/sysvipc/shm", "shmid", "System V shared memory ", [](int id) { return ::shmctl(id, IPC_RMID, nullptr); }},
    {"/proc/sysvipc/sem", "semid", "System V semaphores ", [](int id) { return ::semctl(id, 0, IPC_RMID); }},
    {"/proc/sysvipc/msg", "msqid", "System V message queue ", [](int id) { return ::msgctl(id, IPC_RMID, nullptr); }},
};

struct Users {
  uid_t first;
  std::size_t count;
  bool have(unsigned long uid) const { return uid >= first && uid - first < count; }
};

std::string because(int error_number) { return std::string(" (") + std::strerror(error_number) + ")"; }

// The user alone: what others have mounted there is not asked, and cannot hold this up.
bool is_of(const Users& users, int folder, const char* name) {
  struct statx about {};
  constexpr int as_it_is = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  return ::statx(folder, name, as_it_is, STATX_UID, &about) == 0 && users.have(about.stx_uid);
}

void remove_files(const char* folder, const Users& users, Finds& finds) {
  const UniqueFd opened(::open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return;
  for (const std::string& name : names_in(folder)) {
    if (!is_of(users, opened.get(), name.c_str())) continue;
    const std::string path = std::string(folder) + "/" + name;
    if (const auto remains = remove_tree(path))
      finds.remaining.add(remains->path + because(remains->error_number));
    else
      finds.removed.add(percent_encode(path));
  }
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> all = split(line, ' ');
  all.erase(std::remove(all.begin(), all.end(), std::string_view()), all.end());
  return all;
}

void remove_system_v(const SystemV& kind, const Users& users, Finds& finds) {
  const std::string text = read_text(kind.list);
  const auto lines = split(text, '\n');
  if (lines.size() < 2) return;
  const auto columns = words(lines[0]);
  const auto column = [&columns](const char* name) {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
  };
  const std::size_t id_at = column(kind.id), owner_at = column("uid"), maker_at = column("cuid");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto values = words(lines[i]);
    if (values.size() <= std::max({id_at, owner_at, maker_at})) continue;
    const auto number = [&values](std::size_t at) { return std::strtoul(values[at].data(), nullptr, 10); };
    if (!users.have(number(owner_at)) && !users.have(number(maker_at))) continue;
    const std::string name = kind.name + std::string(values[id_at]);
    if (kind.remove(static_cast<int>(number(id_at))) == 0 || errno == EIDRM || errno == EINVAL)
      finds.removed.add(name);
    else
      finds.remaining.add(name + because(errno));
  }
}

}  // namespace

void remove_objects_of(uid_t first, std::size_t count, Finds& finds) {
  const Users users{first, count};
  for (const char* folder : open_folders) remove_files(folder, users, finds);
  for (const SystemV& kind : system_v) remove_system_v(kind, users, finds);
}

}  // namespace matchrunner::launcher
