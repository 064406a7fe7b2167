// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/ports/state_store.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

class PyStateStore : public StateStore, public py::trampoline_self_life_support {
 public:
  StateStoreCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", StateStoreCapabilities{});
  }
  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    return call_port<CommitReceipt>(this, "commit", batch, context);
  }
  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override {
    return call_port<std::optional<Record>>(this, "find", key, context);
  }
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    return call_port<RecordPage>(this, "list", query, context);
  }
  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    return call_port<EventPage>(this, "events", query, context);
  }
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override {
    return call_port<std::uint64_t>(this, "trim", through, context);
  }
};

}  // namespace

void add_state_store(py::module_& module) {
  Value<StateStoreCapabilities>(module, "StateStoreCapabilities")
      .field("durable", &StateStoreCapabilities::durable)
      .field("survives_reopen", &StateStoreCapabilities::survives_reopen)
      .field("shared", &StateStoreCapabilities::shared)
      .constructible();

  py::classh<StateStore, PyStateStore>(module, "StateStore", "Where records and the journal live.")
      .def(py::init<>())
      .def("capabilities", &StateStore::capabilities, py::call_guard<WithoutGil>())
      .def(
          "commit",
          [](StateStore& store, const Batch& batch, const Context& context) {
            return blocking([&] { return store.commit(batch, context); });
          },
          py::arg("batch"), py::arg("context"), py::pos_only(), "Writes all records and all events, or nothing.")
      .def(
          "find",
          [](StateStore& store, const RecordKey& key, const Context& context) {
            return blocking([&] { return store.find(key, context); });
          },
          py::arg("key"), py::arg("context"), py::pos_only(), "The record, or None.")
      .def(
          "list",
          [](StateStore& store, const RecordQuery& query, const Context& context) {
            return blocking([&] { return store.list(query, context); });
          },
          py::arg("query"), py::arg("context"), py::pos_only(),
          "A page of records: priority descending, then sequence.")
      .def(
          "events",
          [](StateStore& store, const EventQuery& query, const Context& context) {
            return blocking([&] { return store.events(query, context); });
          },
          py::arg("query"), py::arg("context"), py::pos_only(), "What the journal holds after a sequence; never waits.")
      .def(
          "trim",
          [](StateStore& store, std::uint64_t through, const Context& context) {
            return blocking([&] { return store.trim(through, context); });
          },
          py::arg("through"), py::arg("context"), py::pos_only(),
          "Drops all events up to and with `through`; returns how many.");
}

}  // namespace matchrunner::python
