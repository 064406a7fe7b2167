// SPDX-License-Identifier: Apache-2.0
#include "runtime/shared_artifacts.hpp"

#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/system_error.hpp"

namespace matchrunner {

bool SharedArtifacts::try_enter() {
  const Lock lock(mutex_);
  if (taken_ == writers_) return false;
  ++taken_;
  return true;
}

void SharedArtifacts::enter() {
  const Lock lock(mutex_);
  while (taken_ == writers_) left_.wait(mutex_);
  ++taken_;
}

void SharedArtifacts::leave() {
  const Lock lock(mutex_);
  --taken_;
  left_.notify_one();
}

Result<std::unique_ptr<ArtifactWriter>> SharedArtifacts::open(const ArtifactKey& key, const std::string& token,
                                                              const Context& context) {
  const Turn its = turn();
  auto writer = sink_->open(key, token, context);
  const bool leads_nowhere = !writer && !token.empty() && writer.error().code == ErrorCode::not_found;
  return leads_nowhere ? sink_->open(key, {}, context) : std::move(writer);
}

Result<std::string> SharedArtifacts::store(const ArtifactKey& key, int fd, Progress progress, const Context& context) {
  auto opened = open(key, progress.token, context);
  if (!opened) return opened.error();
  std::unique_ptr<ArtifactWriter> writer = *std::move(opened);
  std::vector<std::byte> buffer(std::size_t{1} << 18);
  auto offset = static_cast<off_t>(writer->offset());
  Result<void> written;
  while (written) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      written = system_error(errno, "cannot read artifact " + key.name, "spool");
      break;
    }
    const Turn its = turn();
    if (got == 0) {
      auto uri = writer->close(context);
      if (!uri) writer->abort();
      writer.reset();
      return uri;
    }
    written = writer->write(ByteView(buffer.data(), static_cast<std::size_t>(got)), context);
    offset += got;
    if (std::string token = writer->resume_token(); progress.keep && token != progress.token)
      progress.keep(progress.token = std::move(token));
  }
  const Turn its = turn();
  writer->abort();
  writer.reset();
  return written.error();
}

Result<std::string> SharedArtifacts::read(const std::string& uri, std::uint64_t offset, std::size_t size,
                                          const Context& context) {
  const Turn its = turn();
  return sink_->read(uri, offset, size, context);
}

Result<void> SharedArtifacts::remove(const std::string& uri, const Context& context) {
  const Turn its = turn();
  return sink_->remove(uri, context);
}

Result<std::string> SharedArtifacts::link(const std::string& uri, milliseconds valid_for, const Context& context) {
  const Turn its = turn();
  return sink_->link(uri, valid_for, context);
}

Result<void> SharedArtifacts::reach(const Context& context) {
  const Turn its = turn();
  return sink_->reach(context);
}

}  // namespace matchrunner
