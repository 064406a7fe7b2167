// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/ports/command_source.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"
#include "waiting.hpp"

namespace matchrunner::python {
namespace {

class PyCommandSource : public CommandSource, public py::trampoline_self_life_support {
 public:
  CommandSourceCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", CommandSourceCapabilities{});
  }
  Result<std::optional<Command>> poll(const Context& context) override {
    return call_port<std::optional<Command>>(this, "poll", context);
  }
  Result<void> accept(const Command& command, const Context& context) override {
    return call_port<void>(this, "accept", command, context);
  }
  Result<void> reject(const Command& command, const std::string& reason, const Context& context) override {
    return call_port<void>(this, "reject", command, reason, context);
  }
  Result<void> give_back(const Command& command, const Context& context) override {
    return call_port<void>(this, "give_back", command, context);
  }
};

}  // namespace

void add_command_source(py::module_& module) {
  Value<CommandSourceCapabilities>(module, "CommandSourceCapabilities")
      .field("redelivers", &CommandSourceCapabilities::redelivers)
      .field("origin", &CommandSourceCapabilities::origin)
      .constructible();

  py::classh<CommandSource, PyCommandSource>(module, "CommandSource", "Where commands come in from outside.")
      .def(py::init<>())
      .def("capabilities", &CommandSource::capabilities, py::call_guard<WithoutGil>())
      .def(
          "poll",
          [](CommandSource& source, const Context& context) {
            return poll_in_slices(context, [&](const Context& slice) { return source.poll(slice); });
          },
          py::arg("context"), py::pos_only(), "The next command, or None when the time is over.")
      .def(
          "accept",
          [](CommandSource& source, const Command& command, const Context& context) {
            blocking([&] { return source.accept(command, context); });
          },
          py::arg("command"), py::arg("context"), py::pos_only(), "It is stored: never deliver it again.")
      .def(
          "reject",
          [](CommandSource& source, const Command& command, const std::string& reason, const Context& context) {
            blocking([&] { return source.reject(command, reason, context); });
          },
          py::arg("command"), py::arg("reason"), py::arg("context"), py::pos_only(),
          "It cannot be meant: never deliver it again.")
      .def(
          "give_back",
          [](CommandSource& source, const Command& command, const Context& context) {
            blocking([&] { return source.give_back(command, context); });
          },
          py::arg("command"), py::arg("context"), py::pos_only(),
          "Of this runner, for another one: comes to whoever polls. Returns once it is safe there.");
}

}  // namespace matchrunner::python
