// SPDX-License-Identifier: Apache-2.0
#include "adapters/json_lines/line_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "base/folders.hpp"
#include "base/system_error.hpp"
#include "base/wakeup.hpp"

namespace matchrunner {
namespace {

constexpr mode_t file_mode = 0640;
constexpr milliseconds turn_pause{5};

}  // namespace

// The right to append, among processes (flock); given back at the end of the scope.
class LineFile::Turn {
 public:
  explicit Turn(int fd) : fd_(fd) {}
  ~Turn() { ::flock(fd_, LOCK_UN); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool take() const { return ::flock(fd_, LOCK_EX | LOCK_NB) == 0; }

  Result<void> wait(const Context& context) const {
    while (!take()) {
      if (errno != EWOULDBLOCK && errno != EINTR) return system_error(errno, "flock", "json_lines");
      if (auto going = context.check(); !going) return going;
      const Context pause{std::min(context.deadline, Context::Clock::now() + turn_pause), context.stop};
      if (auto waited = wait_for({}, pause); !waited) return waited.error();
    }
    return {};
  }

 private:
  const int fd_;
};

Error LineFile::failed() const { return system_error(errno, path_, "json_lines"); }

Result<void> LineFile::open() {
  struct stat at_path {};
  struct stat opened {};
  const bool there = ::stat(path_.c_str(), &at_path) == 0;
  if (there && file_ && ::fstat(file_.get(), &opened) == 0 && at_path.st_ino == opened.st_ino &&
      at_path.st_dev == opened.st_dev)
    return {};
  if (there && !S_ISREG(at_path.st_mode))
    return Error{ErrorCode::invalid_argument, path_ + ": expected a file", "json_lines"};
  file_.reset(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, file_mode));
  if (!file_) return failed();
  if (there) return {};
  return sync_folder(std::filesystem::path(path_).parent_path().string(), "json_lines");
}

Result<void> LineFile::repair() {
  const Turn turn(file_.get());
  if (!turn.take()) return {};
  const auto cut = cut_torn_line();
  if (!cut) return cut.error();
  return {};
}

// Returns the size of the file after it.
Result<off_t> LineFile::cut_torn_line() {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return failed();
  off_t whole = status.st_size;
  std::array<char, 65536> block{};
  while (whole > 0) {
    const auto size = std::min<off_t>(whole, static_cast<off_t>(block.size()));
    const auto count = ::pread(file_.get(), block.data(), static_cast<std::size_t>(size), whole - size);
    if (count != size) return failed();
    const auto newline = std::string_view(block.data(), static_cast<std::size_t>(size)).rfind('\n');
    if (newline == std::string_view::npos) {
      whole -= size;
      continue;
    }
    whole += static_cast<off_t>(newline) + 1 - size;
    break;
  }
  if (whole != status.st_size && ::ftruncate(file_.get(), whole) != 0) return failed();
  return whole;
}

Result<std::size_t> LineFile::append(const std::string& lines, const Context& context) {
  const Turn turn(file_.get());
  if (auto taken = turn.wait(context); !taken) return taken.error();
  const auto size = cut_torn_line();
  if (!size) return size.error();
  auto count = ::write(file_.get(), lines.data(), lines.size());
  const int error_number = count < 0 ? errno : ENOSPC;
  if (count < static_cast<ssize_t>(lines.size())) {
    const auto fitted = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    const auto newline = std::string_view(lines).substr(0, fitted).rfind('\n');
    count = newline == std::string_view::npos ? 0 : static_cast<ssize_t>(newline) + 1;
    if (::ftruncate(file_.get(), *size + count) != 0) return failed();
  }
  if (count == 0 && !lines.empty()) return system_error(error_number, path_, "json_lines");
  if (::fdatasync(file_.get()) != 0) return failed();
  return static_cast<std::size_t>(count);
}

}  // namespace matchrunner
