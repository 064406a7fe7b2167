// SPDX-License-Identifier: Apache-2.0
#include "adapters/directory/directory_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "adapters/directory/beneath.hpp"
#include "adapters/directory/partial_folder.hpp"
#include "base/percent.hpp"
#include "base/system_error.hpp"

namespace matchrunner {
namespace {

constexpr mode_t file_mode = 0640;
constexpr std::uint64_t sync_every = 8 << 20;  // how much a crash makes a writer send again, at most

}  // namespace

std::string directory_uri(const std::string& folder, const std::string& path) {
  return "file://" + percent_encode(folder + "/" + path);
}

DirectoryWriter::DirectoryWriter(std::string folder, std::string path, UniqueFd root)
    : folder_(std::move(folder)), path_(std::move(path)), partial_(partial_path(path_)), root_(std::move(root)) {}

Error DirectoryWriter::failed() const { return system_error(errno, folder_ + "/" + path_, "directory"); }

Result<std::unique_ptr<ArtifactWriter>> DirectoryWriter::open(const std::string& folder, const std::string& path,
                                                              const std::string& resume_token) {
  auto root = open_root(folder);
  if (!root) return root.error();
  if (auto made = make_partial_folder(*root, folder); !made) return made.error();
  std::unique_ptr<DirectoryWriter> writer(new DirectoryWriter(folder, path, *std::move(root)));
  const int create = resume_token.empty() ? O_CREAT | O_TRUNC : 0;
  const auto parent = open_parent(writer->root_, writer->partial_, Missing::fail);
  if (!parent) return parent.error();
  writer->file_.reset(::openat(parent->get(), leaf_of(writer->partial_).c_str(),
                               O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | create, file_mode));
  if (!writer->file_) return writer->failed();
  if (resume_token.empty()) return std::unique_ptr<ArtifactWriter>(std::move(writer));
  if (auto resumed = writer->resume(resume_token); !resumed) {
    writer->file_.reset();  // it is not ours to remove
    return resumed.error();
  }
  return std::unique_ptr<ArtifactWriter>(std::move(writer));
}

Result<void> DirectoryWriter::resume(const std::string& token) {
  std::uint64_t safe = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), safe);
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return failed();
  const bool whole_token = error == std::errc() && end == token.data() + token.size();
  if (!whole_token || static_cast<std::uint64_t>(status.st_size) < safe)
    return Error{ErrorCode::not_found, folder_ + "/" + path_ + ": nothing to resume at \"" + token + "\"", "directory"};
  if (::ftruncate(file_.get(), static_cast<off_t>(safe)) != 0) return failed();
  written_ = synced_ = safe;
  return {};
}

Result<void> DirectoryWriter::write(ByteView bytes, const Context& context) {
  while (!bytes.empty()) {
    if (auto going = context.check(); !going) return going;
    const auto count = ::write(file_.get(), bytes.data(), std::min<std::size_t>(bytes.size(), sync_every));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed();
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    written_ += static_cast<std::uint64_t>(count);
    if (written_ - synced_ < sync_every) continue;
    if (auto synced = sync(); !synced) return synced;
  }
  return {};
}

Result<void> DirectoryWriter::sync() {
  if (::fdatasync(file_.get()) != 0) return failed();
  synced_ = written_;
  return {};
}

Result<void> DirectoryWriter::move_to_place() {
  const auto parent = open_parent(root_, path_, Missing::make);
  if (!parent) return parent.error();
  if (::renameat(root_.get(), partial_.c_str(), parent->get(), leaf_of(path_).c_str()) != 0) return failed();
  file_.reset();
  if (::fsync(parent->get()) != 0) return failed();
  return {};
}

Result<std::string> DirectoryWriter::close(const Context& context) {
  if (auto going = context.check(); !going) return going.error();
  if (!file_) return Error{ErrorCode::invalid_argument, path_ + ": the writer is closed", "directory"};
  if (auto synced = sync(); !synced) return synced.error();
  auto moved = move_to_place();
  // The last artifact of a folder may be removed, and the folder with it, while this one is on its way there.
  if (!moved && moved.error().code == ErrorCode::not_found && file_) moved = move_to_place();
  if (!moved) return moved.error();
  return directory_uri(folder_, path_);
}

void DirectoryWriter::abort() noexcept {
  if (!file_) return;
  file_.reset();
  ::unlinkat(root_.get(), partial_.c_str(), 0);
}

}  // namespace matchrunner
