// SPDX-License-Identifier: Apache-2.0
// An ArtifactSink whose calls, and those of its writers, go wrong by a CallScript, around a real one.
// Thread rule of its port.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "faulty_ports/call_script.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner::test {

class FaultyWriter : public ArtifactWriter {
 public:
  FaultyWriter(std::unique_ptr<ArtifactWriter> inner, std::shared_ptr<CallScript> script)
      : inner_(std::move(inner)), script_(std::move(script)) {}

  std::uint64_t offset() const override { return inner_->offset(); }
  std::string resume_token() const override { return inner_->resume_token(); }

  Result<void> write(ByteView bytes, const Context& context) override {
    const Mishap mishap = script_->next("write", context);
    if (mishap == Mishap::fails) return CallScript::error();
    if (mishap != Mishap::half) return inner_->write(bytes, context);
    if (auto written = inner_->write(bytes.first(bytes.size() / 2), context); !written) return written;
    return CallScript::error();
  }

  Result<std::string> close(const Context& context) override {
    const Mishap mishap = script_->next("close", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto uri = inner_->close(context);
    if (uri && mishap == Mishap::half) return CallScript::error();
    return uri;
  }

  void abort() noexcept override { inner_->abort(); }

 private:
  const std::unique_ptr<ArtifactWriter> inner_;
  const std::shared_ptr<CallScript> script_;
};

class FaultyArtifacts : public ArtifactSink {
 public:
  FaultyArtifacts(std::shared_ptr<ArtifactSink> inner, std::shared_ptr<CallScript> script, bool remote = false)
      : inner_(std::move(inner)), script_(std::move(script)), remote_(remote) {}

  ArtifactSinkCapabilities capabilities() const override {
    ArtifactSinkCapabilities capabilities = inner_->capabilities();
    capabilities.remote = remote_;
    return capabilities;
  }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context) override {
    const Mishap mishap = script_->next("open", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto writer = inner_->open(key, token, context);
    if (!writer) return writer.error();
    if (mishap == Mishap::half) return CallScript::error();
    return std::unique_ptr<ArtifactWriter>(std::make_unique<FaultyWriter>(*std::move(writer), script_));
  }

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    const Mishap mishap = script_->next("read", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto bytes = inner_->read(uri, offset, size, context);
    if (mishap == Mishap::half) return CallScript::error();
    return bytes;
  }

  Result<void> remove(const std::string& uri, const Context& context) override {
    const Mishap mishap = script_->next("remove", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto removed = inner_->remove(uri, context);
    if (mishap == Mishap::half) return CallScript::error();
    return removed;
  }

  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    const Mishap mishap = script_->next("link", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto link = inner_->link(uri, valid_for, context);
    if (mishap == Mishap::half) return CallScript::error();
    return link;
  }

 private:
  const std::shared_ptr<ArtifactSink> inner_;
  const std::shared_ptr<CallScript> script_;
  const bool remote_;
};

}  // namespace matchrunner::test
