// SPDX-License-Identifier: Apache-2.0
// ArtifactSink by a C vtable.
#include "matchrunner/ports/artifact_sink.hpp"

#include <algorithm>

#include "callback.hpp"
#include "guard.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

class WriterOfVtable final : public ArtifactWriter {
 public:
  WriterOfVtable(const mr_artifact_writer_vtable& calls, void* writer, std::shared_ptr<const ArtifactSink> sink)
      : calls_(calls), writer_(writer), sink_(std::move(sink)) {}
  ~WriterOfVtable() override { calls_.destroy(writer_); }
  WriterOfVtable(const WriterOfVtable&) = delete;
  WriterOfVtable& operator=(const WriterOfVtable&) = delete;

  std::uint64_t offset() const override { return calls_.offset(writer_); }

  std::string resume_token() const override {
    std::string token;
    if (calls_.resume_token == nullptr) return token;
    const auto told = ask(
        "resume_token", [&](mr_error** error) { return calls_.resume_token(mr_buffer::lend(token), writer_, error); });
    return told ? token : std::string();
  }

  Result<void> write(ByteView bytes, const Context& context) override {
    return ask("write", [&](mr_error** error) {
      return calls_.write(writer_, bytes.data(), bytes.size(), mr_context::lend(context), error);
    });
  }

  Result<std::string> close(const Context& context) override {
    std::string uri;
    auto closed = ask("close", [&](mr_error** error) {
      return calls_.close(mr_buffer::lend(uri), writer_, mr_context::lend(context), error);
    });
    if (!closed) return std::move(closed).error();
    return uri;
  }

  void abort() noexcept override { calls_.abort(writer_); }

 private:
  const mr_artifact_writer_vtable calls_;
  void* const writer_;
  const std::shared_ptr<const ArtifactSink> sink_;  // `self` is not destroyed before its writers
};

class ArtifactSinkOfVtable final : public ArtifactSink, public std::enable_shared_from_this<ArtifactSinkOfVtable> {
 public:
  ArtifactSinkOfVtable(const mr_artifact_sink_vtable& calls, const mr_artifact_writer_vtable& writer_calls, void* self)
      : calls_(calls), writer_calls_(writer_calls), self_(self) {}
  ~ArtifactSinkOfVtable() override {
    if (calls_.destroy != nullptr) calls_.destroy(self_);
  }
  ArtifactSinkOfVtable(const ArtifactSinkOfVtable&) = delete;
  ArtifactSinkOfVtable& operator=(const ArtifactSinkOfVtable&) = delete;

  ArtifactSinkCapabilities capabilities() const override {
    return {calls_.read != nullptr, calls_.remove != nullptr,
            calls_.link != nullptr, writer_calls_.resume_token != nullptr,
            calls_.remote != 0,     std::max(calls_.writers, 1U)};
  }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    if (key.match.find('\0') != std::string::npos || key.name.find('\0') != std::string::npos)
      return Error{ErrorCode::invalid_argument, "the key has a NUL in it"};  // C would see only what stands before
    void* writer = nullptr;
    auto opened = ask("open", [&](mr_error** error) {
      return calls_.open(&writer, self_, key.match.c_str(), key.epoch, key.name.c_str(), resume_token.c_str(),
                         mr_context::lend(context), error);
    });
    if (!opened) return std::move(opened).error();
    return std::unique_ptr<ArtifactWriter>(std::make_unique<WriterOfVtable>(writer_calls_, writer, shared_from_this()));
  }

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    if (calls_.read == nullptr) return cannot("read");
    constexpr std::size_t most_at_once = 1 << 20;  // callers may ask for all there is, however much
    std::string bytes(std::min(size, most_at_once), '\0');
    std::size_t taken = 0;
    auto read = ask("read", [&](mr_error** error) {
      return calls_.read(&taken, self_, uri.c_str(), offset, bytes.data(), bytes.size(), mr_context::lend(context),
                         error);
    });
    if (!read) return std::move(read).error();
    if (taken > bytes.size()) return Error{ErrorCode::callback, "read took more than there was room for"};
    bytes.resize(taken);
    return bytes;
  }

  Result<void> remove(const std::string& uri, const Context& context) override {
    if (calls_.remove == nullptr) return cannot("remove");
    return ask("remove",
               [&](mr_error** error) { return calls_.remove(self_, uri.c_str(), mr_context::lend(context), error); });
  }

  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    if (calls_.link == nullptr) return cannot("link");
    std::string url;
    auto linked = ask("link", [&](mr_error** error) {
      return calls_.link(mr_buffer::lend(url), self_, uri.c_str(), valid_for.count(), mr_context::lend(context), error);
    });
    if (!linked) return std::move(linked).error();
    return url;
  }

 private:
  static Error cannot(const char* call) {
    return {ErrorCode::unsupported, std::string("this artifact sink has no ") + call};
  }

  const mr_artifact_sink_vtable calls_;
  const mr_artifact_writer_vtable writer_calls_;
  void* const self_;
};

}  // namespace

mr_code mr_artifact_sink_new(mr_artifact_sink** out, const mr_artifact_sink_vtable* vtable, void* self,
                             mr_error** error) {
  return produce(out, error, {{vtable, "vtable"}}, [&]() -> Result<std::shared_ptr<ArtifactSink>> {
    const auto calls = read_struct(*vtable, mr_artifact_sink_vtable MR_ARTIFACT_SINK_VTABLE_INIT, "vtable");
    if (!calls) return calls.error();
    if (auto set = check({{calls->writer, "vtable.writer"}, {calls->open, "vtable.open"}}); !set) return set.error();
    const auto writer =
        read_struct(*calls->writer, mr_artifact_writer_vtable MR_ARTIFACT_WRITER_VTABLE_INIT, "vtable.writer");
    if (!writer) return writer.error();
    const auto set = check({{writer->destroy, "vtable.writer.destroy"},
                            {writer->offset, "vtable.writer.offset"},
                            {writer->write, "vtable.writer.write"},
                            {writer->close, "vtable.writer.close"},
                            {writer->abort, "vtable.writer.abort"}});
    if (!set) return set.error();
    return std::shared_ptr<ArtifactSink>(std::make_shared<ArtifactSinkOfVtable>(*calls, *writer, self));
  });
}
