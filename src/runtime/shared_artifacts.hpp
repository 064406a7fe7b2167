// SPDX-License-Identifier: Apache-2.0
// SharedArtifacts: one ArtifactSink for several threads, with a place for each of the writers that it takes at once. A
// sink that takes one is called by one thread at a time, whatever for.
// Safe from any thread; whoever calls store() holds a place, and nobody holds one while waiting for another.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

class SharedArtifacts {
 public:
  explicit SharedArtifacts(const std::shared_ptr<ArtifactSink>& sink)
      : SharedArtifacts(sink, sink == nullptr ? ArtifactSinkCapabilities() : sink->capabilities()) {}

  bool present() const { return sink_ != nullptr; }
  bool remote() const { return remote_; }
  bool removes() const { return removes_; }
  std::uint32_t writers() const { return writers_; }

  // Places of writers. enter() waits for one: those who have one leave it when their context ends.
  bool try_enter();
  void enter();
  void leave();

  // Where an upload is, for who goes on with it after a crash.
  struct Progress {
    std::string token = {};  // ArtifactWriter::resume_token(); empty: at the start
    std::function<void(const std::string& token)> keep = nullptr;  // told when it has changed; may be nullptr
  };

  // Copies the file open as `fd` under `key`, from where `progress` leads if it still does; returns its URI.
  Result<std::string> store(const ArtifactKey& key, int fd, Progress progress, const Context& context);

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size, const Context& context);
  Result<void> remove(const std::string& uri, const Context& context);
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context);
  Result<void> reach(const Context& context);

 private:
  SharedArtifacts(std::shared_ptr<ArtifactSink> sink, const ArtifactSinkCapabilities& its)
      : remote_(its.remote),
        removes_(its.removes),
        writers_(its.writers > 1 ? its.writers : 1),
        sink_(std::move(sink)) {}

  // Held while the sink is called; nothing for one that any thread may call.
  using Turn = std::unique_lock<std::mutex>;
  Turn turn() { return writers_ > 1 ? Turn() : Turn(one_at_a_time_); }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context);

  const bool remote_;
  const bool removes_;
  const std::uint32_t writers_;
  const std::shared_ptr<ArtifactSink> sink_;
  std::mutex one_at_a_time_;
  Mutex mutex_;
  Condition left_;
  std::uint32_t taken_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
};

}  // namespace matchrunner
