// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/build_folder.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <vector>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/ignore_rules.hpp"
#include "base/percent.hpp"
#include "base/system_error.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t read_at_once = 1 << 16;
constexpr std::size_t longest_rules = 1 << 20;
constexpr std::uint64_t most_sent_bytes = 10'000'000'000;
constexpr std::uint64_t bytes_of_a_head = 512;
constexpr int most_folders_deep = 256;  // each holds a descriptor open
constexpr mode_t kept_mode = 07777;
constexpr const char* rules_file = ".dockerignore";

struct FreeTar {
  void operator()(archive* tar) const { ::archive_write_free(tar); }
};
struct FreeHead {
  void operator()(archive_entry* head) const { ::archive_entry_free(head); }
};
struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

Error tar_error(archive* tar, const std::string& path) {
  const char* const why = ::archive_error_string(tar);
  return {ErrorCode::resource_exhausted, "pack " + path + ": " + (why == nullptr ? "no reason given" : why), origin};
}

UniqueFd open_beneath(int folder, const std::string& name, int flags) {
  return UniqueFd(::openat(folder, name.c_str(), flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

Result<std::vector<std::string>> names_in(int folder, const std::string& shown) {
  UniqueFd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, CloseFolder> listing(own ? ::fdopendir(own.get()) : nullptr);
  if (!listing) return system_error(errno, "list " + shown, origin);
  [[maybe_unused]] const int closed_by_listing = own.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* const entry = ::readdir(listing.get()))  // NOLINT(concurrency-mt-unsafe): a listing of our own
    if (const std::string name = entry->d_name; name != "." && name != "..") names.push_back(name);
  if (errno != 0) return system_error(errno, "list " + shown, origin);
  std::sort(names.begin(), names.end());
  return names;
}

// Puts what is in a folder into a tar, all of it root's.
class FolderPacker {
 public:
  FolderPacker(archive* tar, const ImageBuild& build, std::string dockerfile, IgnoreRules rules, const Context& context)
      : tar_(tar), build_(build), dockerfile_(std::move(dockerfile)), rules_(std::move(rules)), context_(context) {}

  // `below`: "" or "a/b/".
  Result<void> pack_all(int folder, const std::string& below) {
    const auto names = names_in(folder, shown(below));
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (auto going = context_.check(); !going) return going;
      if (auto packed = pack(folder, name, below + name); !packed) return packed;
    }
    return {};
  }

 private:
  std::string shown(const std::string& path) const { return build_.folder + "/" + path; }

  // An engine wants to read both of them, and leaves them out by itself.
  bool is_left_out(const std::string& path) const {
    return path != dockerfile_ && path != rules_file && rules_.leaves_out(path);
  }

  Result<void> pack(int folder, const std::string& name, const std::string& path) {
    struct stat about {};
    if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
      return system_error(errno, "file " + shown(path), origin);
    const bool is_out = is_left_out(path);
    if (S_ISDIR(about.st_mode)) return pack_folder(folder, name, path, is_out);
    if (is_out) return {};
    if (S_ISREG(about.st_mode)) return pack_file(folder, name, path);
    if (S_ISLNK(about.st_mode)) return pack_link(folder, name, path, about);
    return {};
  }

  Result<void> pack_folder(int above, const std::string& name, const std::string& path, bool is_out) {
    if (is_out && !rules_.has_exceptions() && !dockerfile_.starts_with(path + "/")) return {};
    if (std::count(path.begin(), path.end(), '/') >= most_folders_deep)
      return invalid(build_.folder + ": has more than " + std::to_string(most_folders_deep) +
                     " folders in one another");
    const UniqueFd folder = open_beneath(above, name, O_DIRECTORY);
    struct stat about {};
    if (!folder || ::fstat(folder.get(), &about) != 0) return system_error(errno, "open " + shown(path), origin);
    if (!is_out)
      if (auto begun = begin(path, AE_IFDIR, about, 0); !begun) return begun;
    return pack_all(folder.get(), path + "/");
  }

  Result<void> pack_link(int folder, const std::string& name, const std::string& path, const struct stat& about) {
    const ssize_t size = ::readlinkat(folder, name.c_str(), buffer_.data(), buffer_.size());
    if (size < 0) return system_error(errno, "read link " + shown(path), origin);
    return begin(path, AE_IFLNK, about, 0, buffer_.substr(0, static_cast<std::size_t>(size)));
  }

  Result<void> pack_file(int folder, const std::string& name, const std::string& path) {
    const UniqueFd from = open_beneath(folder, name, 0);
    struct stat about {};
    if (!from || ::fstat(from.get(), &about) != 0) return system_error(errno, "open " + shown(path), origin);
    if (!S_ISREG(about.st_mode)) return changed(path);
    const auto size = static_cast<std::uint64_t>(about.st_size);
    if (auto begun = begin(path, AE_IFREG, about, size); !begun) return begun;
    for (std::uint64_t done = 0; done < size;) {
      if (auto going = context_.check(); !going) return going;
      const ssize_t got = ::read(from.get(), buffer_.data(), std::min<std::uint64_t>(buffer_.size(), size - done));
      if (got < 0) return system_error(errno, "read " + shown(path), origin);
      if (got == 0) return changed(path);
      if (::archive_write_data(tar_, buffer_.data(), static_cast<std::size_t>(got)) != got)
        return tar_error(tar_, path);
      done += static_cast<std::uint64_t>(got);
    }
    return {};
  }

  Result<void> begin(const std::string& path, unsigned type, const struct stat& about, std::uint64_t size,
                     const std::string& target = {}) {
    sent_bytes_ += bytes_of_a_head + size;  // before any of it is read: a file may be all hole
    if (sent_bytes_ > most_sent_bytes)
      return Error{
          ErrorCode::resource_exhausted,
          without_controls("folder " + build_.folder + ": expected at most 10 GB to send, found more with " + path),
          origin};
    const std::unique_ptr<archive_entry, FreeHead> head(::archive_entry_new());
    ::archive_entry_set_pathname(head.get(), path.c_str());
    ::archive_entry_set_filetype(head.get(), type);
    ::archive_entry_set_perm(head.get(), about.st_mode & kept_mode);
    ::archive_entry_set_size(head.get(), static_cast<la_int64_t>(size));
    ::archive_entry_set_mtime(head.get(), about.st_mtim.tv_sec, 0);
    if (!target.empty()) ::archive_entry_set_symlink(head.get(), target.c_str());
    return ::archive_write_header(tar_, head.get()) == ARCHIVE_OK ? Result<void>() : tar_error(tar_, path);
  }

  Error changed(const std::string& path) const {
    return {ErrorCode::conflict, "file " + shown(path) + " changed as it was read", origin};
  }

  archive* const tar_;
  const ImageBuild& build_;
  const std::string dockerfile_;
  const IgnoreRules rules_;
  const Context& context_;
  std::string buffer_ = std::string(read_at_once, '\0');
  std::uint64_t sent_bytes_ = 0;
};

// Its name in the folder, of one way to write it.
Result<std::string> dockerfile_of(const ImageBuild& build, int folder) {
  const std::string name = std::filesystem::path(build.dockerfile).lexically_normal().string();
  if (name.empty() || name == "." || name.starts_with('/') || name == ".." || name.starts_with("../"))
    return invalid("dockerfile: expected a path in the folder, found '" + build.dockerfile + "'");
  struct stat about {};
  if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
    return system_error(errno, build.folder + "/" + name, origin);
  return name;
}

// A link may lead out of the folder, and is refused.
Result<IgnoreRules> rules_of(const ImageBuild& build, int folder) {
  const std::string shown = build.folder + "/" + rules_file;
  const UniqueFd file = open_beneath(folder, rules_file, 0);
  if (!file && errno == ENOENT) return IgnoreRules();
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0) return system_error(errno, "open " + shown, origin);
  if (!S_ISREG(about.st_mode) || static_cast<std::size_t>(about.st_size) > longest_rules)
    return invalid(shown + ": expected a file of at most 1 MiB");
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got < 0) return system_error(errno, "read " + shown, origin);
  return IgnoreRules::read(std::string_view(text).substr(0, static_cast<std::size_t>(got)));
}

}  // namespace

Result<Archive> pack_build_folder(const ImageBuild& build, const Context& context) {
  const UniqueFd folder(::open(build.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error(errno, "folder " + build.folder, origin);
  auto dockerfile = dockerfile_of(build, folder.get());
  if (!dockerfile) return std::move(dockerfile).error();
  auto rules = rules_of(build, folder.get());
  if (!rules) return std::move(rules).error();
  std::error_code error;
  const std::string place = std::filesystem::temp_directory_path(error).string();
  if (error) return system_error(error.value(), "the folder for temporary files", origin);
  auto made = Archive::make(place);
  if (!made) return made;
  const std::unique_ptr<archive, FreeTar> tar(::archive_write_new());
  ::archive_write_set_format_gnutar(tar.get());  // names as they are, of any bytes
  if (::archive_write_open_fd(tar.get(), made->fd()) != ARCHIVE_OK) return tar_error(tar.get(), build.folder);
  FolderPacker packer(tar.get(), build, *std::move(dockerfile), *std::move(rules), context);
  if (auto packed = packer.pack_all(folder.get(), ""); !packed) return std::move(packed).error();
  if (::archive_write_close(tar.get()) != ARCHIVE_OK) return tar_error(tar.get(), build.folder);
  return made;
}

}  // namespace matchrunner::docker
