// SPDX-License-Identifier: Apache-2.0
#include "interpreter.hpp"
#include "matchrunner/ports/executor.hpp"
#include "module_parts.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

constexpr std::array<Name<RunReport::Kind>, 4> report_kinds{{{RunReport::Kind::line, "line"},
                                                             {RunReport::Kind::dropped, "dropped"},
                                                             {RunReport::Kind::seat_ended, "seat_ended"},
                                                             {RunReport::Kind::ended, "ended"}}};

RunReport report(RunReport::Kind kind) {
  RunReport made;
  made.kind = kind;
  return made;
}

py::object kind_of(const RunReport& value) { return py::cast(name_of(report_kinds, value.kind)); }

void set_kind(RunReport& value, py::handle word) {
  value.kind = value_of(report_kinds, word.cast<std::string_view>()).value_or(RunReport::Kind::ended);
}

void add_report(py::module_& module) {
  Value<RunReport>(module, "RunReport")
      .mapped_field("kind", &kind_of, &set_kind, true)
      .field("text", &RunReport::text)
      .field("dropped_lines", &RunReport::dropped_lines)
      .field("seat", &RunReport::seat)
      .field("infrastructure_error", &RunReport::infrastructure_error)
      .done()
      .def_static(
          "line",
          [](std::string text) {
            RunReport made = report(RunReport::Kind::line);
            made.text = std::move(text);
            return made;
          },
          py::arg("text"), "One JSON line for the match's events.")
      .def_static(
          "dropped",
          [](std::uint64_t lines) {
            RunReport made = report(RunReport::Kind::dropped);
            made.dropped_lines = lines;
            return made;
          },
          py::arg("lines"), "So many lines were too long, or too many.")
      .def_static(
          "seat_ended",
          [](const SeatReport& seat) {
            RunReport made = report(RunReport::Kind::seat_ended);
            made.seat = seat;
            return made;
          },
          py::arg("seat"), "This seat is complete.")
      .def_static(
          "ended",
          [](std::string infrastructure_error) {
            RunReport made = report(RunReport::Kind::ended);
            made.infrastructure_error = std::move(infrastructure_error);
            return made;
          },
          py::arg("infrastructure_error") = "", "No process is left and all files are in the spool; nothing follows.");
}

}  // namespace

void add_run_values(py::module_& module) {
  Value<ExecutorCapabilities>(module, "ExecutorCapabilities")
      .field("wirings", &ExecutorCapabilities::wirings)
      .field("commands", &ExecutorCapabilities::commands)
      .field("images", &ExecutorCapabilities::images)
      .field("custom", &ExecutorCapabilities::custom)
      .field("adopts", &ExecutorCapabilities::adopts)
      .field("isolation", &ExecutorCapabilities::isolation)
      .constructible();

  Value<MatchPlan>(module, "MatchPlan")
      .field("match_id", &MatchPlan::match_id)
      .field("unique_id", &MatchPlan::unique_id)
      .field("epoch", &MatchPlan::epoch)
      .long_field("game", &MatchPlan::game)
      .field("spool_folder", &MatchPlan::spool_folder)
      .field("grace", &MatchPlan::grace)
      .field("follow_output", &MatchPlan::follow_output)
      .field("lines_told", &MatchPlan::lines_told)
      .field("lease_deadline", &MatchPlan::lease_deadline)
      .done()
      .def(
          "tell",
          [](const MatchPlan& plan, const std::string& seat, const std::string& what, const std::string& step,
             std::uint64_t bytes, std::uint64_t total_bytes) {
            if (plan.tell) plan.tell({seat, what, step, bytes, total_bytes});
          },
          py::arg("seat"), py::kw_only(), py::arg("what") = "", py::arg("step") = "", py::arg("bytes") = 0,
          py::arg("total_bytes") = 0, py::call_guard<WithoutGil>(),
          "For prepare(): how far it is. Some of it becomes events of the match, of type \"preparing\".")
      .def(
          "tell_start",
          [](const MatchPlan& plan, const std::string& seat, bool ready) {
            if (plan.tell_start) plan.tell_start({seat, ready});
          },
          py::arg("seat"), py::kw_only(), py::arg("ready") = false, py::call_guard<WithoutGil>(),
          "For start(): a seat runs, or what its ``ready`` asks for holds, too. Whoever asked for the match by a "
          "message of "
          "older clients hears of it.");

  Value<SeatReport>(module, "SeatReport")
      .field("seat", &SeatReport::seat)
      .field("verdict", &SeatReport::verdict)
      .field("exit_code", &SeatReport::exit_code)
      .field("signal", &SeatReport::signal)
      .field("truncated", &SeatReport::truncated)
      .field("cpu_seconds", &SeatReport::cpu_seconds)
      .field("wall_seconds", &SeatReport::wall_seconds)
      .field("peak_memory_bytes", &SeatReport::peak_memory_bytes)
      .field("processes", &SeatReport::processes)
      .field("output_bytes", &SeatReport::output_bytes)
      .field("limit", &SeatReport::limit)
      .field("limit_value", &SeatReport::limit_value)
      .field("detail", &SeatReport::detail)
      .long_field("stderr_tail", &SeatReport::stderr_tail)
      .constructible();

  add_report(module);
}

}  // namespace matchrunner::python
