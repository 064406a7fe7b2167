// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/stage.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "adapters/sandbox/failure.hpp"
#include "adapters/sandbox/spool_layout.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr std::size_t copy_chunk = 8U << 20U;
constexpr mode_t permissions = 0777;

struct Owner {
  uid_t uid = 0;  // 0: leave it
};

Result<void> own(const std::string& path, Owner owner) {
  if (owner.uid != 0 && ::lchown(path.c_str(), owner.uid, owner.uid) != 0) return failure("chown " + path);
  return {};
}

Result<void> make_folder(const std::string& path, Owner owner, mode_t mode = 0755) {
  if (::mkdir(path.c_str(), mode) != 0) {
    struct stat about {};
    const bool is_there = errno == EEXIST && ::lstat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
    if (!is_there) return failure("mkdir " + path);
  }
  return own(path, owner);
}

Result<void> write_file(const std::string& path, std::string_view content, Owner owner) {
  const mode_t mode = content.substr(0, 2) == "#!" ? 0755 : 0644;
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return failure("create " + path);
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0) return failure("write " + path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return own(path, owner);
}

Result<void> copy_file(const std::string& source, const std::string& path, mode_t mode, Owner owner,
                       const Context& context) {
  const UniqueFd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from) return failure("open " + source);
  const UniqueFd to(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode & permissions));
  if (!to) return failure("create " + path);
  while (true) {
    if (auto go_on = context.check(); !go_on) return go_on;
    // From any file system to any; copy_file_range stays within one.
    const ssize_t copied = ::sendfile(to.get(), from.get(), nullptr, copy_chunk);
    if (copied < 0) return failure("copy " + source + " to " + path);
    if (copied == 0) return own(path, owner);
  }
}

Result<void> copy_any(const std::string& source, const std::string& path, Owner owner, const Context& context);

Result<void> copy_folder(const std::string& source, const std::string& path, Owner owner, const Context& context) {
  if (auto made = make_folder(path, owner); !made) return made;
  DIR* const list = ::opendir(source.c_str());
  if (list == nullptr) return failure("open " + source);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(list)) names.emplace_back(entry->d_name);
  ::closedir(list);
  for (const std::string& name : names) {
    if (name == "." || name == "..") continue;
    if (auto copied = copy_any(source + "/" + name, path + "/" + name, owner, context); !copied) return copied;
  }
  return {};
}

Result<void> copy_link(const std::string& source, const std::string& path, Owner owner) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(source.c_str(), target, sizeof target - 1);
  if (size < 0) return failure("read link " + source);
  target[size] = '\0';
  if (::symlink(target, path.c_str()) != 0) return failure("link " + path);
  return own(path, owner);
}

Result<void> copy_any(const std::string& source, const std::string& path, Owner owner, const Context& context) {
  struct stat about {};
  if (::lstat(source.c_str(), &about) != 0) return failure("open " + source);
  if (S_ISLNK(about.st_mode)) return copy_link(source, path, owner);
  if (S_ISDIR(about.st_mode)) return copy_folder(source, path, owner, context);
  if (S_ISREG(about.st_mode)) return copy_file(source, path, about.st_mode, owner, context);
  return Error{ErrorCode::invalid_argument, source + " is neither a file nor a folder", "sandbox"};
}

Result<void> make_folders_above(const std::string& path, const std::string& home, Owner owner) {
  for (std::size_t slash = path.find('/', home.size() + 1); slash != std::string::npos;
       slash = path.find('/', slash + 1))
    if (auto made = make_folder(path.substr(0, slash), owner); !made) return made;
  return {};
}

Result<void> bring_in(const SeatFile& file, const std::string& home, Owner owner, const Context& context) {
  const std::string path = home + "/" + file.path;
  if (auto made = make_folders_above(path, home, owner); !made) return made;
  if (file.content) return write_file(path, *file.content, owner);
  struct stat about {};
  if (!file.source || ::stat(file.source->c_str(), &about) != 0)
    return failure("file " + file.source.value_or(file.path));
  if (S_ISREG(about.st_mode)) return copy_file(*file.source, path, about.st_mode, owner, context);
  return copy_any(*file.source, path, owner, context);
}

Result<void> let_pass(const std::string& folder, mode_t mode) {
  return ::chmod(folder.c_str(), mode) == 0 ? Result<void>() : failure("chmod " + folder);
}

// A seat's user must be able to pass through every folder on the way.
Result<void> check_way(const std::string& spool) {
  for (std::size_t end = spool.find('/', 1);; end = spool.find('/', end + 1)) {
    const std::string folder = spool.substr(0, end);
    struct stat about {};
    if (::stat(folder.c_str(), &about) != 0) return failure("spool folder " + folder);
    if ((about.st_mode & S_IXOTH) == 0)
      return Error{ErrorCode::permission_denied,
                   "in the tier restricted seats have users of their own, which may not enter " + folder +
                       ": choose a spool folder that everybody may pass through (--spool)",
                   "sandbox"};
    if (end == std::string::npos) return {};
  }
}

// The folder above a seat's own stays ours, or the seat could put a link in the place of one of them.
Result<void> stage_seat(const std::string& spool, const Seat& seat, Owner owner, bool on_host, const Context& context) {
  const std::string folder = seat_folder(spool, seat.name);
  const std::string home = folder + "/seat";
  if (auto made = make_folder(folder, {}); !made) return made;
  if (on_host && owner.uid != 0) {
    if (::chown(folder.c_str(), static_cast<uid_t>(-1), owner.uid) != 0) return failure("chown " + folder);
    if (auto passed = let_pass(folder, 0710); !passed) return passed;
  }
  std::vector<const char*> own = {"/seat"};
  if (on_host) own.push_back("/tmp");
  if (seat.role != SeatRole::player) own.insert(own.end(), {"/output", "/result"});
  for (const char* place : own)
    if (auto made = make_folder(folder + place, owner); !made) return made;
  for (const SeatFile& file : seat.files) {
    if (auto brought = bring_in(file, home, owner, context); !brought) {
      Error error = std::move(brought).error();
      error.message = "seat " + seat.name + ": " + error.message;
      return error;
    }
  }
  if (!seat.working_folder) return {};
  return make_folders_above(home + "/" + *seat.working_folder + "/", home, owner);
}

}  // namespace

Result<void> stage(const MatchPlan& plan, const StageFor& seats, const Context& context) {
  if (auto made = make_folder(plan.spool_folder + "/logs", {}); !made) return made;
  if (auto made = make_folder(work_folder(plan.spool_folder), {}, 0700); !made) return made;
  if (seats.on_host && seats.first_uid != 0) {
    for (const std::string& ours : {plan.spool_folder, work_folder(plan.spool_folder)})
      if (auto passed = let_pass(ours, 0711); !passed) return passed;
    if (auto checked = check_way(plan.spool_folder); !checked) return checked;
  }
  uid_t uid = seats.first_uid;
  for (const Seat& seat : plan.game.seats) {
    if (auto staged = stage_seat(plan.spool_folder, seat, Owner{uid}, seats.on_host, context); !staged) return staged;
    if (seats.first_uid != 0) ++uid;
  }
  return {};
}

}  // namespace matchrunner::sandbox
