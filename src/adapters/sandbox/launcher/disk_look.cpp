// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/disk_look.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/owned_folder.hpp"

namespace matchrunner::launcher {
namespace {

// Where a seat can write on the host's disk; not each seat and tier has all of them.
constexpr const char* own_folders[] = {"/seat", "/output", "/result", "/tmp"};
constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system's are

// An entry as getdents64 lists it; the name follows.
struct Listed {
  std::uint64_t inode;
  std::int64_t next;
  std::uint16_t size;
  std::uint8_t type;
};
constexpr std::size_t name_at = offsetof(Listed, type) + 1;

}  // namespace

void DiskLook::go_on(std::uint64_t entries) {
  for (; entries > 0 && !over_; --entries) {
    if (!levels_.empty())
      next_entry();
    else if (next_own_ < std::size(own_folders))
      next_folder();
    else
      return next_process();
  }
}

void DiskLook::next_folder() {
  const std::string path = seat_.folder + own_folders[next_own_++];
  if (UniqueFd folder = open_owned_folder(AT_FDCWD, path.c_str())) enter(std::move(folder));
}

void DiskLook::next_entry() {
  if (at_ == end_ && !fill()) return leave();
  Listed entry{};
  std::memcpy(&entry, names_.data() + at_, name_at);
  const char* const name = names_.data() + at_ + name_at;
  levels_.back().next = entry.next;
  at_ += entry.size;
  if (std::strcmp(name, ".") != 0 && std::strcmp(name, "..") != 0) take(name);
}

bool DiskLook::fill() {
  const long got = ::syscall(SYS_getdents64, levels_.back().folder.get(), names_.data(), names_.size());
  at_ = 0;
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got > 0;
}

void DiskLook::enter(UniqueFd folder) {
  levels_.push_back({std::move(folder), 0});
  at_ = end_ = 0;
}

void DiskLook::leave() {
  levels_.pop_back();
  at_ = end_ = 0;
  if (!levels_.empty()) ::lseek(levels_.back().folder.get(), levels_.back().next, SEEK_SET);
}

void DiskLook::take(const char* name) {
  const int parent = levels_.back().folder.get();
  struct stat about {};
  if (::fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) != 0) return;  // it is gone
  const bool folder = S_ISDIR(about.st_mode);
  // Each of several names of a file counts for its share.
  const std::uint64_t names = folder ? 1 : std::max<std::uint64_t>(1, about.st_nlink);
  bytes_ += static_cast<std::uint64_t>(about.st_blocks) * block / names;
  if (++files_ > seat_.files) return reach(EndedBy::files_limit);
  if (bytes_ > seat_.disk_bytes) return reach(EndedBy::disk_limit);
  if (!folder) return;
  if (levels_.size() > deepest_folder) return reach(EndedBy::depth_limit);
  if (UniqueFd below = open_owned_folder(parent, name)) enter(std::move(below));
}

void DiskLook::next_process() {
  if (!nameless_) nameless_.emplace(init_);
  if (!nameless_->next()) over_ = true;
  if (bytes_ + nameless_->bytes() > seat_.disk_bytes) reach(EndedBy::disk_limit);
  if (files_ + nameless_->files() > seat_.files) reach(EndedBy::files_limit);
}

void DiskLook::reach(EndedBy limit) {
  reached_ = limit;
  over_ = true;
  levels_.clear();
}

}  // namespace matchrunner::launcher
