// SPDX-License-Identifier: Apache-2.0
// ArtifactTrial: a fresh ArtifactSink with the steps that its checks are written in. One thread.
#pragma once

#include "conformance/trial.hpp"

namespace matchrunner::conformance {

using ArtifactCheck = Check<ArtifactSink, ArtifactSinkCapabilities>;
using ArtifactSubject = Subject<ArtifactSink>;

inline constexpr milliseconds an_hour_long = std::chrono::hours(1);

inline ArtifactKey key(std::string name) { return {"m1", 1, std::move(name)}; }

class ArtifactTrial {
 public:
  ArtifactTrial(ArtifactSubject& subject, Expect& expect) : sink_(open(subject, expect)) {}

  explicit operator bool() const { return sink_ != nullptr; }
  ArtifactSink& sink() const { return *sink_; }

  // A writer that has these bytes and is not closed.
  std::unique_ptr<ArtifactWriter> begin(Expect& expect, const ArtifactKey& key, const std::string& bytes) const {
    auto writer = sink_->open(key, {}, patient());
    if (!succeeds(expect, writer, "open " + key.name)) return nullptr;
    expect((*writer)->offset() == 0, "a new writer begins at 0");
    if (!succeeds(expect, (*writer)->write(as_bytes(bytes), patient()), "write")) return nullptr;
    return *std::move(writer);
  }

  // Stores an artifact of several writes; returns its URI.
  std::string store(Expect& expect, const ArtifactKey& key, const std::vector<std::string>& parts) const {
    auto writer = sink_->open(key, {}, patient());
    if (!succeeds(expect, writer, "open " + key.name)) return {};
    for (const std::string& part : parts)
      if (!succeeds(expect, (*writer)->write(as_bytes(part), patient()), "write")) return {};
    const auto uri = (*writer)->close(patient());
    if (!succeeds(expect, uri, "close " + key.name)) return {};
    expect(!uri->empty(), "close gives a URI");
    return *uri;
  }

  std::string read(Expect& expect, const std::string& uri, std::uint64_t offset, std::size_t size) const {
    auto bytes = sink_->read(uri, offset, size, patient());
    if (!succeeds(expect, bytes, "read " + uri)) return {};
    expect(bytes->size() <= size, "no more than asked for");
    return *std::move(bytes);
  }

  // All of it, in as many reads as it takes.
  std::string contents(Expect& expect, const std::string& uri) const {
    std::string all;
    while (true) {
      const std::string more = read(expect, uri, all.size(), 1 << 20);
      if (more.empty()) return all;
      all += more;
    }
  }

  // As if its process had ended: the writer is never closed, aborted or destroyed.
  static void crash(std::unique_ptr<ArtifactWriter> writer) {
    static auto* const crashed = new std::vector<ArtifactWriter*>();  // reachable to the end: no leak
    crashed->push_back(writer.release());
  }

 private:
  std::shared_ptr<ArtifactSink> sink_;
};

}  // namespace matchrunner::conformance
