// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include "domain/artifact_name.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

using Artifacts = std::map<std::string, std::string>;  // URI -> bytes

class MemoryArtifactWriter final : public ArtifactWriter {
 public:
  MemoryArtifactWriter(std::shared_ptr<Artifacts> artifacts, std::string uri)
      : artifacts_(std::move(artifacts)), uri_(std::move(uri)) {}

  std::uint64_t offset() const override { return bytes_.size(); }
  std::string resume_token() const override { return {}; }

  Result<void> write(ByteView bytes, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    bytes_ += as_text(bytes);
    return {};
  }

  Result<std::string> close(const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    (*artifacts_)[uri_] = std::move(bytes_);
    return uri_;
  }

  void abort() noexcept override { bytes_.clear(); }

 private:
  const std::shared_ptr<Artifacts> artifacts_;  // a writer may outlive its sink
  const std::string uri_;
  std::string bytes_;
};

class MemoryArtifactSink final : public ArtifactSink {
 public:
  ArtifactSinkCapabilities capabilities() const override { return {.reads = true, .removes = true}; }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    const auto path = artifact_path(key.match, key.epoch, key.name);
    if (!path) return path.error();
    if (!resume_token.empty()) return Error{ErrorCode::not_found, "memory keeps no interrupted writer"};
    return std::unique_ptr<ArtifactWriter>(std::make_unique<MemoryArtifactWriter>(artifacts_, "memory:///" + *path));
  }

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    const auto found = artifacts_->find(uri);
    if (found == artifacts_->end()) return Error{ErrorCode::not_found, "no artifact " + uri};
    if (offset >= found->second.size()) return std::string();
    return found->second.substr(static_cast<std::size_t>(offset), size);
  }

  Result<void> remove(const std::string& uri, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    artifacts_->erase(uri);
    return {};
  }

  Result<std::string> link(const std::string&, milliseconds, const Context&) override {
    return Error{ErrorCode::unsupported, "memory has no address that a browser can open"};
  }

 private:
  const std::shared_ptr<Artifacts> artifacts_ = std::make_shared<Artifacts>();
};

}  // namespace

std::shared_ptr<ArtifactSink> make_memory_artifacts() { return std::make_shared<MemoryArtifactSink>(); }

}  // namespace matchrunner
