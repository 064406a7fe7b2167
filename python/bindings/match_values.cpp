// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

void add_outcome(py::module_& module) {
  Value<SeatOutcome>(module, "SeatOutcome")
      .field("name", &SeatOutcome::name)
      .field("verdict", &SeatOutcome::verdict)
      .field("fault", &SeatOutcome::fault)
      .field("exit_code", &SeatOutcome::exit_code)
      .field("signal", &SeatOutcome::signal)
      .field("score", &SeatOutcome::score)
      .field("truncated", &SeatOutcome::truncated)
      .field("cpu_seconds", &SeatOutcome::cpu_seconds)
      .field("wall_seconds", &SeatOutcome::wall_seconds)
      .field("peak_memory_bytes", &SeatOutcome::peak_memory_bytes)
      .field("processes", &SeatOutcome::processes)
      .field("output_bytes", &SeatOutcome::output_bytes)
      .field("limit", &SeatOutcome::limit)
      .field("limit_value", &SeatOutcome::limit_value)
      .field("detail", &SeatOutcome::detail)
      .long_field("stderr_tail", &SeatOutcome::stderr_tail)
      .done();

  Value<Outcome>(module, "Outcome")
      .field("result", &Outcome::result)
      .field("fault", &Outcome::fault)
      .field("reason", &Outcome::reason)
      .field("summary", &Outcome::summary)
      .field("seats", &Outcome::seats)
      .json_field("details", &Outcome::details)
      .done();
}

// MatchState -> when it was entered last, in the order entered.
py::dict times_of(const Match& match) {
  py::dict times;
  for (const StateTime& entered : match.times) times[py::cast(entered.state)] = py::cast(entered.at);
  return times;
}

void set_times(Match& match, py::handle times) {
  for (const auto& [state, at] : py::cast<py::dict>(times))
    match.times.push_back({state.cast<MatchState>(), at.cast<Time>()});
}

}  // namespace

void add_match_values(py::module_& module) {
  Value<SeatEndpoint>(module, "SeatEndpoint")
      .field("seat", &SeatEndpoint::seat)
      .field("host", &SeatEndpoint::host)
      .field("port", &SeatEndpoint::port)
      .field("pid", &SeatEndpoint::pid)
      .constructible();

  Value<Isolation>(module, "Isolation")
      .field("tier", &Isolation::tier)
      .field("in_force", &Isolation::in_force)
      .constructible();

  add_outcome(module);

  Value<Artifact>(module, "Artifact")
      .field("name", &Artifact::name)
      .field("bytes", &Artifact::bytes)
      .field("sha256", &Artifact::sha256)
      .field("uri", &Artifact::uri)
      .field("missing", &Artifact::missing)
      .done();

  Value<Match>(module, "Match")
      .field("id", &Match::id)
      .long_field("unique_id", &Match::unique_id)
      .field("state", &Match::state)
      .long_field("request", &Match::request)
      .long_field("sealed", &Match::sealed)
      .long_field("request_sha256", &Match::request_sha256)
      .long_field("game", &Match::game)
      .field("version", &Match::version)
      .field("epoch", &Match::epoch)
      .field("attempt", &Match::attempt)
      .field("holder", &Match::holder)
      .field("endpoints", &Match::endpoints)
      .field("isolation", &Match::isolation)
      .field("stop_request", &Match::stop_request)
      .field("outcome", &Match::outcome)
      .field("artifacts", &Match::artifacts)
      .field("stored_at", &Match::stored_at)
      .field("store_error", &Match::store_error)
      .long_field("spool_host", &Match::spool_host)
      .long_field("spool_folder", &Match::spool_folder)
      .mapped_field("times", &times_of, &set_times)
      .done()
      .def_property_readonly("ended", [](const Match& match) { return is_terminal(match.state); })
      .def(
          "to_json", [](const Match& match) { return to_json(match); }, "JSON text, as `matchrunner show --json`.");
}

}  // namespace matchrunner::python
