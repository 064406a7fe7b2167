// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/collect.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "adapters/sandbox/failure.hpp"
#include "adapters/sandbox/spool_layout.hpp"
#include "base/remove_tree.hpp"
#include "base/system_error.hpp"
#include "base/unique_fd.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr int deepest = 32;  // folders in folders; what is below is not taken

UniqueFd open_folder(int parent, const char* name) {
  ::fchmodat(parent, name, 0755, 0);  // the seat may have closed it to its owner
  return UniqueFd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// At most so many of them, whichever come first.
std::vector<std::string> names_in(int folder, std::size_t most = SIZE_MAX) {
  std::vector<std::string> names;
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  DIR* const list = copy < 0 ? nullptr : ::fdopendir(copy);
  if (list == nullptr) return names;
  for (const dirent* entry = nullptr; names.size() < most && (entry = ::readdir(list)) != nullptr;) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(list);
  std::sort(names.begin(), names.end());
  return names;
}

class Walk {
 public:
  // `aside`: the folder for what is not looked into.
  Walk(std::uint64_t limit, int aside) : limit_(limit), aside_(aside) {}

  Result<void> take(int folder, int depth) {
    std::vector<std::string> names = names_in(folder, max_output_files - seen_ + 1);
    if (names.size() > max_output_files - seen_) {
      names.pop_back();
      if (auto taken = take_away_others(folder, names); !taken) return taken;
    }
    seen_ += names.size();
    for (const std::string& name : names) {
      struct stat about {};
      if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return failure("read output/" + name);
      if (S_ISDIR(about.st_mode)) {
        if (auto taken = take_folder(folder, name, depth); !taken) return taken;
      } else if (auto taken = take_file(folder, name, about); !taken) {
        return taken;
      }
    }
    return {};
  }

  Collected collected() const { return collected_; }

 private:
  Result<void> take_folder(int parent, const std::string& name, int depth) {
    if (depth >= deepest) return {};
    if (::fchownat(parent, name.c_str(), ::geteuid(), ::getegid(), AT_SYMLINK_NOFOLLOW) != 0)
      return failure("chown output/" + name);
    const UniqueFd folder = open_folder(parent, name.c_str());
    if (!folder) return failure("open output/" + name);
    return take(folder.get(), depth + 1);
  }

  Result<void> take_file(int folder, const std::string& name, const struct stat& about) {
    const auto size = static_cast<std::uint64_t>(about.st_size);
    const bool wanted = S_ISREG(about.st_mode);
    if (wanted) collected_.bytes += size;
    if (wanted && collected_.bytes <= limit_) {
      if (::fchownat(folder, name.c_str(), ::geteuid(), ::getegid(), AT_SYMLINK_NOFOLLOW) != 0 ||
          ::fchmodat(folder, name.c_str(), 0644, 0) != 0)
        return failure("chown output/" + name);
      return {};
    }
    if (wanted) ++collected_.dropped;
    return ::unlinkat(folder, name.c_str(), 0) == 0 ? Result<void>() : failure("remove output/" + name);
  }

  // There may be millions of them: no list is made.
  Result<void> take_away_others(int folder, const std::vector<std::string>& kept) {
    DIR* const list = ::fdopendir(::fcntl(folder, F_DUPFD_CLOEXEC, 0));
    if (list == nullptr) return failure("list output");
    Result<void> taken;
    for (std::uint64_t before = collected_.surplus + 1; taken && collected_.surplus != before;) {
      before = collected_.surplus;  // what is removed meanwhile may hide others
      ::rewinddir(list);
      for (const dirent* entry = nullptr; taken && (entry = ::readdir(list)) != nullptr;) {
        const std::string name(entry->d_name);
        if (name == "." || name == ".." || std::binary_search(kept.begin(), kept.end(), name)) continue;
        ++collected_.surplus;
        taken = take_away(folder, name);
      }
    }
    ::closedir(list);
    return taken;
  }

  Result<void> take_away(int folder, const std::string& name) {
    if (::unlinkat(folder, name.c_str(), 0) == 0) return {};
    if (errno != EISDIR && errno != EPERM) return failure("remove output/" + name);
    const std::string place = "surplus." + std::to_string(collected_.surplus);
    open_folder(folder, name.c_str());  // a folder that is closed cannot be moved
    return ::renameat(folder, name.c_str(), aside_, place.c_str()) == 0 ? Result<void>()
                                                                        : failure("move output/" + name);
  }

  const std::uint64_t limit_;
  const int aside_;
  std::size_t seen_ = 0;  // files and folders
  Collected collected_;
};

Result<void> collect_result(const std::string& spool, const std::string& folder) {
  const std::string from = folder + "/result/" + result_file;
  const std::string to = spool + "/" + result_file;
  struct stat about {};
  if (::lstat(from.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return {};
  if (::lchown(from.c_str(), ::geteuid(), ::getegid()) != 0 || ::chmod(from.c_str(), 0644) != 0)
    return failure("chown " + from);
  return ::rename(from.c_str(), to.c_str()) == 0 ? Result<void>() : failure("rename " + from);
}

}  // namespace

Result<Collected> collect(const std::string& spool, const std::string& seat, std::uint64_t limit) {
  const std::string folder = seat_folder(spool, seat);
  const std::string output = folder + "/output";
  if (::lchown(output.c_str(), ::geteuid(), ::getegid()) != 0) return failure("chown " + output);
  const UniqueFd work(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  Walk walk(limit, work.get());
  {
    const UniqueFd opened = open_folder(AT_FDCWD, output.c_str());
    if (!opened) return failure("open " + output);
    if (auto taken = walk.take(opened.get(), 0); !taken) return std::move(taken).error();
  }
  const std::string to = spool + "/output";
  if (::rename(output.c_str(), to.c_str()) != 0) return failure("rename " + output);
  if (auto result = collect_result(spool, folder); !result) return std::move(result).error();
  return walk.collected();
}

Result<void> remove_temporary(const std::string& spool, const std::string& seat) {
  const auto remains = remove_tree(seat_folder(spool, seat) + "/tmp");
  if (remains) return system_error(remains->error_number, "remove " + remains->path, "sandbox");
  return {};
}

}  // namespace matchrunner::sandbox
