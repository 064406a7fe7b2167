// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "adapters/directory/beneath.hpp"
#include "adapters/directory/directory_writer.hpp"
#include "adapters/directory/partial_folder.hpp"
#include "base/folders.hpp"
#include "base/percent.hpp"
#include "base/system_error.hpp"
#include "domain/artifact_name.hpp"
#include "matchrunner/adapters/directory.hpp"

namespace matchrunner {
namespace {

Error no_such(const std::string& uri) { return {ErrorCode::not_found, "no artifact " + uri, "directory"}; }

// Links and what is no file are not artifacts of ours.
Error read_error(const std::string& uri) {
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return no_such(uri);
  return system_error(errno, uri, "directory");
}

Result<std::string> read_range(const UniqueFd& file, std::uint64_t offset, std::size_t size, const std::string& uri) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return read_error(uri);
  if (!S_ISREG(status.st_mode)) return no_such(uri);
  const auto end = static_cast<std::uint64_t>(status.st_size);
  if (offset >= end) return std::string();
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size, end - offset)), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count =
        ::pread(file.get(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read_error(uri);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

class DirectorySink final : public ArtifactSink {
 public:
  explicit DirectorySink(std::string folder) : folder_(std::move(folder)) {}

  ArtifactSinkCapabilities capabilities() const override { return {.reads = true, .removes = true, .resumes = true}; }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    const auto path = artifact_path(key.match, key.epoch, key.name);
    if (!path) return path.error();
    return DirectoryWriter::open(folder_, *path, resume_token);
  }

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    const auto path = path_of(uri);
    if (!path) return no_such(uri);
    const auto root = open_root(folder_);
    if (!root) return root.error();
    const auto parent = open_parent(*root, *path, Missing::fail);
    if (!parent) return parent.error().code == ErrorCode::not_found ? no_such(uri) : parent.error();
    // Not blocking: a pipe in the place of a file must not hold the reader.
    const UniqueFd file(
        ::openat(parent->get(), leaf_of(*path).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return read_error(uri);
    return read_range(file, offset, size, uri);
  }

  Result<void> remove(const std::string& uri, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    const auto path = path_of(uri);
    if (!path) return {};
    const auto root = open_root(folder_);
    if (!root) return root.error();
    const auto parent = open_parent(*root, *path, Missing::fail);
    if (!parent && parent.error().code != ErrorCode::not_found) return parent.error();
    if (parent && ::unlinkat(parent->get(), leaf_of(*path).c_str(), 0) != 0 && errno != ENOENT)
      return system_error(errno, uri, "directory");
    remove_empty_parents(*root, *path);
    return {};
  }

  Result<std::string> link(const std::string&, milliseconds, const Context&) override {
    return Error{ErrorCode::unsupported, "a folder has no address that a browser can open", "directory"};
  }

 private:
  // match/epoch/name of a URI of this folder.
  std::optional<std::string> path_of(const std::string& uri) const {
    constexpr std::string_view scheme = "file://";
    if (uri.compare(0, scheme.size(), scheme) != 0) return std::nullopt;
    const auto whole = percent_decode(std::string_view(uri).substr(scheme.size()));
    const std::string prefix = folder_ + "/";
    if (!whole || whole->compare(0, prefix.size(), prefix) != 0) return std::nullopt;
    std::string path = whole->substr(prefix.size());
    if (!is_artifact_path(path)) return std::nullopt;
    return path;
  }

  const std::string folder_;  // absolute, without a slash at the end
};

}  // namespace

Result<std::shared_ptr<ArtifactSink>> make_directory_artifacts(const DirectoryOptions& options) {
  if (options.folder.empty() || options.folder.front() != '/' || options.folder.find('\0') != std::string::npos)
    return Error{ErrorCode::invalid_argument, "expected an absolute folder, found \"" + options.folder + "\"",
                 "directory"};
  std::string folder = std::filesystem::path(options.folder).lexically_normal().string();
  while (folder.back() == '/' && folder.size() > 1) folder.pop_back();
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
    return Error{ErrorCode::invalid_argument, folder + ": expected a folder, found a file", "directory"};
  if (auto made = make_folders(folder, folder_mode, "directory"); !made) return made.error();
  const auto root = open_root(folder);
  if (!root) return root.error();
  if (auto writable = make_partial_folder(*root, folder); !writable) return writable.error();
  if (::faccessat(root->get(), ".", W_OK | X_OK, AT_EACCESS) != 0) return system_error(errno, folder, "directory");
  sweep_partial_folder(*root);
  return std::shared_ptr<ArtifactSink>(std::make_shared<DirectorySink>(std::move(folder)));
}

}  // namespace matchrunner
