// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/ports/artifact_sink.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

py::bytes bytes_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string text_of_bytes(const py::object& object) {
  if (!py::isinstance<py::bytes>(object)) wrong_type(object);
  return py::cast<std::string>(object);
}

class PyArtifactWriter : public ArtifactWriter, public py::trampoline_self_life_support {
 public:
  std::uint64_t offset() const override { return call_infallible(this, "offset", std::uint64_t{0}); }
  std::string resume_token() const override { return call_infallible(this, "resume_token", std::string()); }
  Result<void> write(ByteView bytes, const Context& context) override {
    return in_python<void>("write", [&] { return call_port<void>(this, "write", bytes_of(bytes), context); });
  }
  Result<std::string> close(const Context& context) override { return call_port<std::string>(this, "close", context); }
  void abort() noexcept override { call_without_result(this, "abort"); }
};

// A writer made by Python code, kept together with its Python object. Destroyed before close: as abort.
class KeptWriter : public ArtifactWriter {
 public:
  explicit KeptWriter(std::shared_ptr<ArtifactWriter> writer) : writer_(std::move(writer)) {}
  ~KeptWriter() override {
    if (open_) writer_->abort();
  }
  KeptWriter(const KeptWriter&) = delete;
  KeptWriter& operator=(const KeptWriter&) = delete;

  std::uint64_t offset() const override { return writer_->offset(); }
  std::string resume_token() const override { return writer_->resume_token(); }
  Result<void> write(ByteView bytes, const Context& context) override { return writer_->write(bytes, context); }
  Result<std::string> close(const Context& context) override {
    auto uri = writer_->close(context);
    open_ = open_ && !uri;
    return uri;
  }
  void abort() noexcept override {
    if (std::exchange(open_, false)) writer_->abort();
  }

 private:
  std::shared_ptr<ArtifactWriter> writer_;
  bool open_ = true;
};

class PyArtifactSink : public ArtifactSink, public py::trampoline_self_life_support {
 public:
  ArtifactSinkCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", ArtifactSinkCapabilities{});
  }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    using Writer = std::unique_ptr<ArtifactWriter>;
    const auto keep = [](const py::object& object) -> Result<Writer> {
      return Writer(std::make_unique<KeptWriter>(kept_port<ArtifactWriter>(object)));
    };
    return call_port_with<Writer>(this, "open", keep, key, resume_token, context);
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    const auto bytes = [](const py::object& object) -> Result<std::string> { return text_of_bytes(object); };
    return call_port_with<std::string>(this, "read", bytes, uri, offset, size, context);
  }
  Result<void> remove(const std::string& uri, const Context& context) override {
    return call_port<void>(this, "remove", uri, context);
  }
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    return call_port<std::string>(this, "link", uri, valid_for, context);
  }
};

void add_writer(py::module_& module) {
  py::classh<ArtifactWriter, PyArtifactWriter>(module, "ArtifactWriter", "Writes one artifact.")
      .def(py::init<>())
      .def("offset", &ArtifactWriter::offset, py::call_guard<WithoutGil>(), "How many bytes the sink has safely.")
      .def("resume_token", &ArtifactWriter::resume_token, py::call_guard<WithoutGil>(),
           "Goes into open() to continue after a crash; empty: cannot.")
      .def(
          "write",
          [](ArtifactWriter& writer, const py::bytes& data, const Context& context) {
            const auto text = static_cast<std::string_view>(data);
            blocking([&] { return writer.write(as_bytes(text), context); });
          },
          py::arg("data"), py::arg("context"), py::pos_only(), "Appends all bytes.")
      .def(
          "close",
          [](ArtifactWriter& writer, const Context& context) {
            return blocking([&] { return writer.close(context); });
          },
          py::arg("context"), py::pos_only(), "Makes it visible, whole and durable, and returns its URI.")
      .def("abort", &ArtifactWriter::abort, py::call_guard<WithoutGil>(), "Leaves nothing behind.");
}

}  // namespace

void add_artifact_sink(py::module_& module) {
  Value<ArtifactSinkCapabilities>(module, "ArtifactSinkCapabilities")
      .field("reads", &ArtifactSinkCapabilities::reads)
      .field("removes", &ArtifactSinkCapabilities::removes)
      .field("links", &ArtifactSinkCapabilities::links)
      .field("resumes", &ArtifactSinkCapabilities::resumes)
      .field("remote", &ArtifactSinkCapabilities::remote)
      .field("writers", &ArtifactSinkCapabilities::writers)
      .constructible();
  Value<ArtifactKey>(module, "ArtifactKey")
      .field("match", &ArtifactKey::match)
      .field("epoch", &ArtifactKey::epoch)
      .field("name", &ArtifactKey::name)
      .constructible();
  add_writer(module);

  py::classh<ArtifactSink, PyArtifactSink>(module, "ArtifactSink", "Keeps logs, replays and result files.")
      .def(py::init<>())
      .def("capabilities", &ArtifactSink::capabilities, py::call_guard<WithoutGil>())
      .def(
          "open",
          [](ArtifactSink& sink, const ArtifactKey& key, const std::string& resume_token, const Context& context) {
            return torn_down_without_gil(
                std::shared_ptr<ArtifactWriter>(blocking([&] { return sink.open(key, resume_token, context); })));
          },
          py::arg("key"), py::arg("resume_token"), py::arg("context"), py::pos_only(), "A writer for one artifact.")
      .def(
          "read",
          [](ArtifactSink& sink, const std::string& uri, std::uint64_t offset, std::size_t size,
             const Context& context) {
            return py::bytes(blocking([&] { return sink.read(uri, offset, size, context); }));
          },
          py::arg("uri"), py::arg("offset"), py::arg("size"), py::arg("context"), py::pos_only(),
          "Up to `size` bytes from `offset`; empty at the end.")
      .def(
          "remove",
          [](ArtifactSink& sink, const std::string& uri, const Context& context) {
            blocking([&] { return sink.remove(uri, context); });
          },
          py::arg("uri"), py::arg("context"), py::pos_only(), "Removing what is not there succeeds.")
      .def(
          "link",
          [](ArtifactSink& sink, const std::string& uri, milliseconds valid_for, const Context& context) {
            return blocking([&] { return sink.link(uri, valid_for, context); });
          },
          py::arg("uri"), py::arg("valid_for"), py::arg("context"), py::pos_only(),
          "A URL that a browser can open for `valid_for` seconds.");
}

}  // namespace matchrunner::python
