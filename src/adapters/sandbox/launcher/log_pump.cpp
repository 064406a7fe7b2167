// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/log_pump.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

namespace matchrunner::launcher {
namespace {

constexpr std::size_t chunk = 1U << 20U;
constexpr int pipe_bytes = 1 << 20;
constexpr int rounds = 8;  // before others get their turn

// One buffer for all logs of this single-threaded loop; children do not get a copy.
char* buffer() {
  static char* const memory = [] {
    void* mapped = ::mmap(nullptr, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ::madvise(mapped, chunk, MADV_DONTFORK);
    return static_cast<char*>(mapped);
  }();
  return memory;
}

int nowhere() {
  static const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  return file;
}

}  // namespace

Failure LogPump::open(const std::string& path, std::uint64_t limit, bool tell_over_limit, UniqueFd& writer) {
  file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file_) return failed("open of " + path);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
  pipe_.reset(ends[0]);
  writer.reset(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ::fcntl(ends[0], F_SETPIPE_SZ, pipe_bytes);  // where the kernel allows it: fewer wake-ups
  limit_ = limit;
  tell_over_limit_ = tell_over_limit;
  return {};
}

LogPump::Status LogPump::pump() {
  Status status = Status::more;
  for (int round = 0; round < rounds && pipe_; ++round) {
    const bool before = truncated();
    const int error_before = error_number_;
    const bool keeping = kept_ < limit_ && error_number_ == 0;
    status = keeping ? keep() : drop();
    if (error_number_ != error_before) return Status::disk_error;
    if (tell_over_limit_ && truncated() && !before) return Status::over_limit;
    if (status == Status::closed) pipe_.reset();
    if (status != Status::more || errno == EAGAIN) break;
  }
  return pipe_ ? Status::more : Status::closed;
}

LogPump::Status LogPump::keep() {
  errno = 0;
  const std::size_t room = static_cast<std::size_t>(std::min<std::uint64_t>(chunk, limit_ - kept_));
  const ssize_t got = ::read(pipe_.get(), buffer(), room);
  if (got == 0) return Status::closed;
  if (got > 0 && !write_all(buffer(), static_cast<std::size_t>(got))) error_number_ = errno;
  if (got > 0) kept_ += static_cast<std::uint64_t>(got);
  return Status::more;
}

LogPump::Status LogPump::drop() {
  errno = 0;
  const ssize_t gone = ::splice(pipe_.get(), nullptr, nowhere(), nullptr, chunk, SPLICE_F_NONBLOCK);
  if (gone == 0) return Status::closed;
  if (gone > 0) dropped_ += static_cast<std::uint64_t>(gone);
  return Status::more;
}

bool LogPump::write_all(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file_.get(), bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

void LogPump::finish() {
  pipe_.reset();
  if (truncated() && error_number_ == 0) {
    const std::string line = "\n[matchrunner: cut here, " + std::to_string(dropped_) + " bytes dropped]\n";
    write_all(line.data(), line.size());
  }
  file_.reset();
}

}  // namespace matchrunner::launcher
