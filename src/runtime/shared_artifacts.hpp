// SPDX-License-Identifier: Apache-2.0
// SharedArtifacts: one ArtifactSink for several threads, one call at a time.
// Safe from any thread; a writer belongs to the thread that opened it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

class SharedArtifacts {
 public:
  explicit SharedArtifacts(std::shared_ptr<ArtifactSink> sink)
      : present_(sink != nullptr), remote_(sink != nullptr && sink->capabilities().remote), sink_(std::move(sink)) {}

  bool present() const { return present_; }
  bool remote() const { return remote_; }

  // Where an upload is, for who goes on with it after a crash.
  struct Progress {
    std::string token = {};  // ArtifactWriter::resume_token(); empty: at the start
    std::function<void(const std::string& token)> keep = nullptr;  // told when it has changed; may be nullptr
  };

  // Copies the file open as `fd` under `key`, from where `progress` leads if it still does; returns its URI.
  Result<std::string> store(const ArtifactKey& key, int fd, Progress progress, const Context& context);

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size, const Context& context);
  Result<void> remove(const std::string& uri, const Context& context);

 private:
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context);

  const bool present_;
  const bool remote_;
  Mutex mutex_;
  const std::shared_ptr<ArtifactSink> sink_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
