// SPDX-License-Identifier: Apache-2.0
#include "executor.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"
#include "waiting.hpp"

namespace matchrunner::python {
namespace {

class PyRun : public ClosableRun, public py::trampoline_self_life_support {
 public:
  std::vector<SeatEndpoint> endpoints() const override {
    return call_infallible(this, "endpoints", std::vector<SeatEndpoint>());
  }
  Result<std::optional<RunReport>> poll(const Context& context) override {
    return call_port<std::optional<RunReport>>(this, "poll", context);
  }
  Result<void> stop(milliseconds grace) override { return call_port<void>(this, "stop", grace); }
  Result<void> extend_lease(BootClock::time_point deadline) override {
    return call_port<void>(this, "extend_lease", deadline);
  }
  void close() noexcept override { call_without_result(this, "close"); }
};

class PyExecutor : public Executor, public py::trampoline_self_life_support {
 public:
  ExecutorCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", ExecutorCapabilities{});
  }
  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    return call_port<void>(this, "prepare", plan, context);
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    return call_port_with<std::unique_ptr<Run>>(this, "start", &keep, plan, context);
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    return call_port_with<std::unique_ptr<Run>>(this, "adopt", &keep, plan, context);
  }

 private:
  static Result<std::unique_ptr<Run>> keep(const py::object& object) {
    return closed_at_end(kept_port<ClosableRun>(object));
  }
};

void add_run(py::module_& module) {
  py::classh<ClosableRun, PyRun>(module, "Run", "One match under way.")
      .def(py::init<>())
      .def("endpoints", &ClosableRun::endpoints, py::call_guard<WithoutGil>(), "Where each seat can be reached.")
      .def(
          "poll",
          [](ClosableRun& run, const Context& context) {
            return poll_in_slices(context, [&](const Context& slice) { return run.poll(slice); });
          },
          py::arg("context"), py::pos_only(), "The next report, or None when the time is over.")
      .def(
          "stop", [](ClosableRun& run, milliseconds grace) { blocking([&] { return run.stop(grace); }); },
          py::arg("grace"), py::pos_only(), "Asks all seats to end, kills what is left after `grace` seconds.")
      .def(
          "extend_lease",
          [](ClosableRun& run, BootClock::time_point deadline) {
            blocking([&] { return run.extend_lease(deadline); });
          },
          py::arg("deadline"), py::pos_only(), "Do not kill before `deadline` (seconds of CLOCK_BOOTTIME).")
      .def("close", &ClosableRun::close, py::call_guard<WithoutGil>(),
           "The runner is done with it; still under way: end it at once.");
}

}  // namespace

void add_executor(py::module_& module) {
  add_run_values(module);
  add_run(module);

  py::classh<Executor, PyExecutor>(module, "Executor", "Starts the seats of a match and reports what becomes of them.")
      .def(py::init<>())
      .def("capabilities", &Executor::capabilities, py::call_guard<WithoutGil>())
      .def(
          "prepare",
          [](Executor& executor, const MatchPlan& plan, const Context& context) {
            blocking([&] { return executor.prepare(plan, context); });
          },
          py::arg("plan"), py::arg("context"), py::pos_only(),
          "Makes ready what takes long or may be wrong; starts nothing.")
      .def(
          "start",
          [](Executor& executor, const MatchPlan& plan, const Context& context) {
            return torn_down_without_gil(closable(blocking([&] { return executor.start(plan, context); })));
          },
          py::arg("plan"), py::arg("context"), py::pos_only(), "Starts every seat, or none.")
      .def(
          "adopt",
          [](Executor& executor, const MatchPlan& plan, const Context& context) {
            return torn_down_without_gil(closable(blocking([&] { return executor.adopt(plan, context); })));
          },
          py::arg("plan"), py::arg("context"), py::pos_only(),
          "After a crash of the runner: the run of this match and epoch, if it goes on.");
}

}  // namespace matchrunner::python
