// SPDX-License-Identifier: Apache-2.0
// An ArtifactSink in memory that removes and links as a test wants it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "matchrunner/adapters/memory.hpp"

namespace matchrunner::test {

class MoodyArtifacts : public ArtifactSink {
 public:
  std::function<Result<void>(const std::string& uri, const Context& context)> before_removal;  // set before it is used
  std::function<Result<std::string>(const std::string& uri, milliseconds valid_for)> links;
  bool removes = true;

  ArtifactSinkCapabilities capabilities() const override {
    ArtifactSinkCapabilities capabilities = inner_->capabilities();
    capabilities.removes = removes;
    return capabilities;
  }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context) override {
    return inner_->open(key, token, context);
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    return inner_->read(uri, offset, size, context);
  }
  Result<void> remove(const std::string& uri, const Context& context) override {
    if (before_removal)
      if (auto may = before_removal(uri, context); !may) return may;
    return inner_->remove(uri, context);
  }
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    if (links) return links(uri, valid_for);
    return inner_->link(uri, valid_for, context);
  }

 private:
  const std::shared_ptr<ArtifactSink> inner_ = make_memory_artifacts();
};

inline bool is_of(const std::string& uri, const std::string& match) { return uri.find("/" + match + "/") != uri.npos; }

}  // namespace matchrunner::test
