// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/root_files.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <string_view>

#include "adapters/sandbox/launcher/copy_files.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/view_table.hpp"

namespace matchrunner::launcher {
namespace {

using sandbox::ViewKind;
using sandbox::ViewRow;

constexpr const char* own_places[] = {"seat", "output", "result", "proc", "tmp", "etc", "dev"};

struct Link {
  const char* target;
  const char* path;
};
constexpr Link links[] = {
    {"/proc/self/fd", "dev/fd"},
    {"/proc/self/fd/0", "dev/stdin"},
    {"/proc/self/fd/1", "dev/stdout"},
    {"/proc/self/fd/2", "dev/stderr"},
    {"/tmp", "dev/shm"},
};

struct Device {
  const char* name;
  unsigned major;
  unsigned minor;
};
constexpr Device devices[] = {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}};

constexpr std::string_view hosts = "127.0.0.1 localhost\n::1 localhost\n";

Failure make_tmpfs(UniqueFd& root) {
  const UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  if (!context) return failed("fsopen of tmpfs");
  const auto configure = [&context](unsigned command, const char* key, const char* value) {
    return ::syscall(SYS_fsconfig, context.get(), command, key, value, 0) == 0;
  };
  if (!configure(FSCONFIG_SET_STRING, "size", "32m") || !configure(FSCONFIG_SET_STRING, "mode", "0755") ||
      !configure(FSCONFIG_CMD_CREATE, nullptr, nullptr))
    return failed("fsconfig of tmpfs");
  root.reset(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID)));
  return root ? Failure{} : failed("fsmount of tmpfs");
}

Failure make_file(int root, const std::string& path, std::string_view content) {
  const UniqueFd file(::openat(root, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
    return failed("write /" + path);
  return {};
}

// Where devices cannot be made (user namespaces), the host's are bound.
Failure make_device(int root, const Device& device, std::vector<Bind>& binds) {
  const std::string path = std::string("dev/") + device.name;
  if (::mknodat(root, path.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)) == 0)
    return ::fchmodat(root, path.c_str(), 0666, 0) == 0 ? Failure{} : failed("chmod /" + path);
  if (Failure failure = make_file(root, path, {})) return failure;
  Bind& bind = binds.emplace_back();
  bind.target = path;
  return open_bind("/" + path, Access::device, bind);
}

// The same link as on the host ("/bin" -> "usr/bin"), or a bind.
Failure make_tree(int root, const ViewRow& row, std::vector<Bind>& binds) {
  char link[PATH_MAX];
  const ssize_t size = ::readlink(row.path, link, sizeof link - 1);
  const std::string path = row.path + 1;
  if (size > 0) {
    link[size] = '\0';
    return ::symlinkat(link, root, path.c_str()) == 0 ? Failure{} : failed("symlink /" + path);
  }
  Bind bind;
  bind.target = path;
  Failure failure = open_bind(row.path, Access::read_only, bind);
  if (failure) return failure.error_number == ENOENT ? Failure{} : failure;
  binds.push_back(std::move(bind));
  return make_place(root, path, true);
}

}  // namespace

Failure make_place(int root, const std::string& path, bool folder) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    ::mkdirat(root, path.substr(0, slash).c_str(), 0755);
  if (!folder) return make_file(root, path, {});
  return ::mkdirat(root, path.c_str(), 0755) == 0 || errno == EEXIST ? Failure{} : failed("mkdir /" + path);
}

Failure make_root_files(const std::string& users, const std::string& groups, UniqueFd& root, std::vector<Bind>& binds) {
  if (Failure failure = make_tmpfs(root)) return failure;
  for (const char* place : own_places) ::mkdirat(root.get(), place, 0755);
  for (const Link& link : links)
    if (::symlinkat(link.target, root.get(), link.path) != 0) return failed(std::string("symlink /") + link.path);
  for (const Device& device : devices)
    if (Failure failure = make_device(root.get(), device, binds)) return failure;
  for (const ViewRow& row : sandbox::view_rows) {
    if (row.kind == ViewKind::tree) {
      if (Failure failure = make_tree(root.get(), row, binds)) return failure;
    } else if (row.kind == ViewKind::copy) {
      const std::string path = row.path + 1;
      const std::size_t slash = path.rfind('/');
      if (slash != std::string::npos && ::access(row.path, F_OK) == 0)
        make_place(root.get(), path.substr(0, slash), true);
      copy_small_files(row.path, root.get(), path);
    }
  }
  if (Failure failure = make_file(root.get(), "etc/passwd", users)) return failure;
  if (Failure failure = make_file(root.get(), "etc/group", groups)) return failure;
  if (Failure failure = make_file(root.get(), "etc/hosts", hosts)) return failure;
  return make_file(root.get(), "etc/resolv.conf", {});
}

}  // namespace matchrunner::launcher
