// SPDX-License-Identifier: Apache-2.0
#include "base/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/owned_folder.hpp"
#include "base/percent.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t longest_shown = 256;  // of a path in a message
constexpr int most_repeats = 8;             // of a folder that was empty and is not

// All that is in it can be removed then.
UniqueFd open_folder(int parent, const char* name) {
  UniqueFd folder = open_owned_folder(parent, name);
  struct stat about {};
  if (folder && ::fstat(folder.get(), &about) == 0 && (about.st_mode & S_IRWXU) != S_IRWXU)
    ::fchmod(folder.get(), S_IRWXU);
  return folder;
}

// 0: it is gone. ENOTEMPTY: a folder that holds something.
int remove_entry(int folder, const char* name, bool seems_folder) {
  for (const bool as_folder : {seems_folder, !seems_folder}) {
    if (::unlinkat(folder, name, as_folder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT) return 0;
    if (errno == EEXIST) return ENOTEMPTY;
    if (errno != (as_folder ? ENOTDIR : EISDIR)) return errno;
  }
  return errno;
}

using Identity = std::pair<dev_t, ino_t>;

Identity identity_of(int folder) {
  struct stat about {};
  return ::fstat(folder, &about) == 0 ? Identity{about.st_dev, about.st_ino} : Identity{};
}

// Goes down into what is not empty and up by "..", with the folder open that it is in, and no other. Each folder on the
// way up must be the one that it came down from: somebody may move them meanwhile.
class Walk {
 public:
  explicit Walk(std::string path) : path_(std::move(path)) {}

  std::optional<Remains> empty(UniqueFd folder) {
    go_to(std::move(folder));
    while (list_) {
      if (!take_all()) continue;  // one further down
      if (above_.empty()) break;
      go_up();
    }
    return std::move(remains_);
  }

 private:
  int here() const { return ::dirfd(list_.get()); }

  void go_to(UniqueFd folder) {
    list_.reset(::fdopendir(folder.get()));
    if (!list_) return note(errno, folder.get(), "");
    folder.release();
    here_ = identity_of(here());
  }

  void go_up() {
    const Identity left = here_;
    UniqueFd parent(::openat(here(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent) {
      note(errno, here(), "");
      return list_.reset();
    }
    if (identity_of(parent.get()) != above_.back()) {
      note(ESTALE, here(), "");
      return list_.reset();
    }
    above_.pop_back();
    go_to(std::move(parent));
    if (left != left_) repeats_ = 0;
    left_ = left;
  }

  // false: it has gone down into a folder that is not empty.
  bool take_all() {
    bool some_stay = false;
    errno = 0;
    while (const dirent* entry = ::readdir(list_.get())) {
      const std::string_view name(entry->d_name);
      if (name == "." || name == "..") continue;
      const int why = remove_entry(here(), entry->d_name, entry->d_type == DT_DIR);
      if (why == ENOTEMPTY && go_down(entry->d_name)) return false;
      if (why != 0 && why != ENOTEMPTY) note(why, here(), name);
      some_stay = some_stay || why != 0;
      errno = 0;
    }
    if (errno != 0) note(errno, here(), "");
    if (some_stay) stuck_.insert(here_);
    return true;
  }

  bool go_down(const char* name) {
    UniqueFd folder = open_folder(here(), name);
    if (!folder) return note(errno, here(), name), false;
    const Identity below = identity_of(folder.get());
    if (stuck_.count(below) != 0) return false;
    if (below == left_ && ++repeats_ > most_repeats) {
      stuck_.insert(below);
      return note(ENOTEMPTY, here(), name), false;
    }
    above_.push_back(here_);
    go_to(std::move(folder));
    return true;
  }

  void note(int why, int folder, std::string_view name) {
    if (remains_) return;
    std::array<char, longest_shown> text{};
    const std::string link = "/proc/self/fd/" + std::to_string(folder);
    const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
    const bool whole = size > 0 && static_cast<std::size_t>(size) < text.size();
    std::string shown = whole ? percent_encode({text.data(), static_cast<std::size_t>(size)})
                              : without_controls(path_) + " (" + std::to_string(above_.size()) + " folders down)";
    if (!name.empty()) shown += "/" + percent_encode(name);
    remains_ = Remains{why, std::move(shown)};
  }

  struct Close {
    void operator()(DIR* list) const { ::closedir(list); }
  };

  const std::string path_;
  std::unique_ptr<DIR, Close> list_;  // of the folder that it is in
  Identity here_;
  std::vector<Identity> above_;
  std::set<Identity> stuck_;  // something in them stays
  Identity left_;             // the folder that it came up from last
  int repeats_ = 0;           // how often it was found empty, and then was not
  std::optional<Remains> remains_;
};

}  // namespace

std::optional<Remains> remove_tree(const std::string& path) {
  const auto remains = [&path](int why) {
    return why == 0 ? std::optional<Remains>() : Remains{why, without_controls(path)};
  };
  const int why = remove_entry(AT_FDCWD, path.c_str(), true);
  if (why != ENOTEMPTY) return remains(why);
  UniqueFd folder = open_folder(AT_FDCWD, path.c_str());
  if (!folder) return remains(errno);
  if (auto below = Walk(path).empty(std::move(folder))) return below;
  return remains(remove_entry(AT_FDCWD, path.c_str(), true));
}

}  // namespace matchrunner
