// SPDX-License-Identifier: Apache-2.0
// Reading and writing what is not the seat's.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

Finding must_not_read(const std::string& path, const std::string& what) {
  const std::string text = text_of(path);
  if (!text.empty()) return broke("read " + std::to_string(text.size()) + " bytes of " + what);
  return held(what + ": " + std::strerror(errno));
}

Finding must_not_write(const char* path) {
  const UniqueFd file(::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  Finding finding = must_fail(path, file ? 0 : -1);
  if (file) ::unlink(path);
  return finding;
}

Finding must_not_open_for_writing(const char* path) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return must_fail(path, file ? 0 : -1);
}

Finding must_not_list(const char* path) {
  DIR* const folder = ::opendir(path);
  if (folder == nullptr) return held(std::string(path) + ": " + std::strerror(errno));
  int entries = 0;
  while (::readdir(folder) != nullptr) ++entries;
  ::closedir(folder);
  return entries > 2 ? broke(std::string("sees what is in ") + path) : held(std::string(path) + " is empty");
}

Finding read_shadow(const Bait&) { return must_not_read("/etc/shadow", "/etc/shadow"); }
Finding read_private_keys(const Bait&) { return must_not_list("/etc/ssl/private"); }
Finding list_homes(const Bait&) { return must_not_list("/root"); }
Finding list_var(const Bait&) { return must_not_list("/var/log"); }
Finding list_run(const Bait&) { return must_not_list("/run"); }
Finding read_host_file(const Bait& bait) { return must_not_read(bait.file, "a file of the host"); }
Finding read_host_shared_memory(const Bait& bait) {
  return must_not_read("/dev/shm/bait-" + bait.token, "shared memory of the host");
}

Finding write_host_file(const Bait& bait) { return must_not_open_for_writing(bait.file.c_str()); }

Finding through_root_of_init(const Bait& bait) {
  return must_not_read("/proc/1/root" + bait.file, "a file of the host by /proc/1/root");
}

Finding through_root_of_host(const Bait& bait) {
  return must_not_read("/proc/" + std::to_string(bait.process) + "/root" + bait.file,
                       "a file of the host by /proc/PID/root");
}

Finding up_and_up(const Bait& bait) {
  std::string path;
  for (int i = 0; i < 40; ++i) path += "../";
  return must_not_read(path + bait.file.substr(1), "a file of the host by ../../..");
}

// A folder that somebody opened outside and forgot to close is a way out.
Finding by_left_descriptors(const Bait& bait) {
  constexpr int most = 4096;
  for (int fd = 3; fd < most; ++fd) {
    struct stat about {};
    if (::fstat(fd, &about) != 0) continue;
    if (S_ISDIR(about.st_mode)) return broke("descriptor " + std::to_string(fd) + " is a folder");
    const UniqueFd file(::openat(fd, ("../../../../../../.." + bait.file).c_str(), O_RDONLY | O_CLOEXEC));
    if (file) return broke("descriptor " + std::to_string(fd) + " leads to the host's files");
  }
  return held("no folder was left open");
}

Finding by_working_folder(const Bait& bait) {
  const UniqueFd file(::open("/proc/self/cwd/../../../../../../../proc/self/fd/../root/../../etc/shadow", O_RDONLY));
  if (file) return broke("left the seat's folder by its working folder");
  return must_not_read("/proc/self/cwd/../../../../../.." + bait.file, "a file of the host by the working folder");
}

// The way of "shocker": a handle names a file of a mounted file system, whatever the view shows.
Finding by_handle(const Bait&) {
  alignas(8) char buffer[sizeof(file_handle) + 128] = {};
  auto* const handle = reinterpret_cast<file_handle*>(buffer);
  handle->handle_bytes = 8;
  handle->handle_type = 1;
  const std::uint64_t inode_of_root = 2;
  std::memcpy(handle->f_handle, &inode_of_root, sizeof inode_of_root);
  const UniqueFd folder(::open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return must_be_refused("open_by_handle_at", ::syscall(SYS_open_by_handle_at, folder.get(), handle, O_RDONLY));
}

Finding symbolic_link_out(const Bait& bait) {
  if (::symlink(bait.file.c_str(), "way-out") != 0) return held("no link can be made");
  return must_not_read("way-out", "a file of the host by a link");
}

Finding hard_link_out(const Bait& bait) { return must_fail("link", ::link(bait.file.c_str(), "hard-way-out")); }

Finding write_programs(const Bait&) { return must_not_write("/usr/bin/matchrunner-escape"); }
Finding write_libraries(const Bait&) { return must_not_write("/usr/lib/matchrunner-escape"); }
Finding write_settings(const Bait&) { return must_not_write("/etc/matchrunner-escape"); }
Finding write_root(const Bait&) { return must_not_write("/matchrunner-escape"); }
Finding write_devices(const Bait&) { return must_not_write("/dev/matchrunner-escape"); }
Finding preload(const Bait&) { return must_not_open_for_writing("/etc/ld.so.preload"); }

Finding write_through_descriptor(const Bait&) {
  const UniqueFd program(::open("/bin/sh", O_RDONLY | O_CLOEXEC));
  const std::string again = "/proc/self/fd/" + std::to_string(program.get());
  const UniqueFd writable(::open(again.c_str(), O_WRONLY | O_CLOEXEC));
  return must_fail("open of /bin/sh by its descriptor", writable ? 0 : -1);
}

Finding secrets_of_victim(const Bait& bait) {
  const Victim& victim = bait.victim;
  for (const std::string& folder : {victim.folder, victim.temporary, victim.output, std::string("/dev/shm"),
                                    std::string("/seat"), std::string("/tmp"), std::string("/output")})
    if (!text_of(folder + "/victim").empty()) return broke("read " + folder + "/victim of another seat");
  return held("nothing of the other seat is there");
}

Finding leftovers_of_others(const Bait&) {
  const std::string paths[] = {variable("TMPDIR") + "/left-behind", "/tmp/left-behind", "/dev/shm/left-behind",
                               "left-behind"};
  for (const std::string& path : paths)
    if (::access(path.c_str(), F_OK) == 0) return broke(path + " of an earlier match is there");
  for (const std::string& path : paths) const UniqueFd made(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  return held("nothing of an earlier match is there");
}

}  // namespace

std::span<const Attempt> files() {
  static constexpr Attempt attempts[] = {
      {"read-shadow", "reads the host's password hashes", "", read_shadow},
      {"read-private-keys", "lists the host's TLS keys", "", read_private_keys},
      {"list-homes", "lists root's home", "", list_homes},
      {"list-logs", "lists the host's logs", "", list_var},
      {"list-run", "lists the sockets of the host's services", "", list_run},
      {"read-host-file", "reads a file of the host that everybody may read", "", read_host_file},
      {"write-host-file", "writes to a file of the host that everybody may write", "", write_host_file},
      {"read-host-shared-memory", "reads POSIX shared memory of the host", "", read_host_shared_memory},
      {"root-of-init", "reads a file of the host by /proc/1/root", "", through_root_of_init},
      {"root-of-host", "reads a file of the host by its process in /proc", "", through_root_of_host},
      {"dot-dot", "leaves its root by ../../..", "", up_and_up},
      {"left-descriptors", "uses a folder that was left open", "CVE-2024-21626", by_left_descriptors},
      {"working-folder", "leaves by /proc/self/cwd", "CVE-2024-21626", by_working_folder},
      {"file-handle", "opens the root folder of the disk by its handle", "shocker.c, 2014", by_handle},
      {"symbolic-link", "follows a link of its own out of its folder", "", symbolic_link_out},
      {"hard-link", "links a file of the host into its folder", "", hard_link_out},
      {"write-programs", "adds a program to /usr/bin", "", write_programs},
      {"write-libraries", "adds a library to /usr/lib", "", write_libraries},
      {"write-settings", "adds a file to /etc", "", write_settings},
      {"write-root", "adds a file to /", "", write_root},
      {"write-devices", "adds a file to /dev", "", write_devices},
      {"preload", "makes every program load a library of its own", "", preload},
      {"write-by-descriptor", "opens a read-only program again for writing", "", write_through_descriptor},
      {"other-seat-files", "reads files of the referee's seat", "", secrets_of_victim},
      {"leave-files", "leaves files for the next match, and looks for some", "", leftovers_of_others},
      {"find-left-files", "looks for files that an earlier match left", "", leftovers_of_others},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
