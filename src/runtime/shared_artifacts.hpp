// SPDX-License-Identifier: Apache-2.0
// SharedArtifacts: one ArtifactSink for several threads, one call at a time.
// Safe from any thread; a writer belongs to the thread that opened it.
#pragma once

#include <memory>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

class SharedArtifacts {
 public:
  explicit SharedArtifacts(std::shared_ptr<ArtifactSink> sink) : present_(sink != nullptr), sink_(std::move(sink)) {}

  bool present() const { return present_; }

  // Copies the file at `path` (already open as `fd`) under `key`; returns its URI.
  Result<std::string> store(const ArtifactKey& key, int fd, const Context& context);

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size, const Context& context);
  Result<void> remove(const std::string& uri, const Context& context);

 private:
  const bool present_;
  Mutex mutex_;
  const std::shared_ptr<ArtifactSink> sink_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
