// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "value.hpp"

namespace matchrunner::python {

void add_game_values(py::module_& module) {
  Value<Limits>(module, "Limits")
      .field("cpu_seconds", &Limits::cpu_seconds)
      .field("wall_seconds", &Limits::wall_seconds)
      .field("memory_bytes", &Limits::memory_bytes)
      .field("processes", &Limits::processes)
      .field("open_files", &Limits::open_files)
      .field("output_bytes", &Limits::output_bytes)
      .field("artifact_bytes", &Limits::artifact_bytes)
      .field("disk_bytes", &Limits::disk_bytes)
      .field("files", &Limits::files)
      .constructible();

  Value<SeatFile>(module, "SeatFile")
      .field("path", &SeatFile::path)
      .field("source", &SeatFile::source)
      .long_field("content", &SeatFile::content)
      .done();

  Value<Readiness>(module, "Readiness")
      .field("log", &Readiness::log)
      .field("port", &Readiness::port)
      .field("health", &Readiness::health)
      .field("within_seconds", &Readiness::within_seconds)
      .done();

  Value<Seat>(module, "Seat")
      .field("name", &Seat::name)
      .field("role", &Seat::role)
      .field("command", &Seat::command)
      .field("image", &Seat::image)
      .json_field("custom", &Seat::custom)
      .field("arguments", &Seat::arguments)
      .long_field("environment", &Seat::environment)
      .long_field("secrets", &Seat::secrets)
      .field("working_folder", &Seat::working_folder)
      .field("files", &Seat::files)
      .field("read_only", &Seat::read_only)
      .field("network", &Seat::network)
      .field("limits", &Seat::limits)
      .field("on_output_limit", &Seat::on_output_limit)
      .field("cores", &Seat::cores)
      .field("count", &Seat::count)
      .field("index_variable", &Seat::index_variable)
      .field("ready", &Seat::ready)
      .field("after", &Seat::after)
      .field("delay_seconds", &Seat::delay_seconds)
      .field("addresses", &Seat::addresses)
      .done();

  Value<Game>(module, "Game")
      .field("name", &Game::name)
      .field("title", &Game::title)
      .field("version", &Game::version)
      .field("wiring", &Game::wiring)
      .field("seats", &Game::seats)
      .field("score_fields", &Game::score_fields)
      .json_field("settings", &Game::settings)
      .field("limits", &Game::limits)
      .field("deadline_seconds", &Game::deadline_seconds)
      .field("grace_seconds", &Game::grace_seconds)
      .field("attempts", &Game::attempts)
      .done()
      .def(
          "to_json", [](const Game& game) { return to_json(game); },
          "Canonical JSON text; parse_game() reads it back.");

  Value<MatchRequest>(module, "MatchRequest")
      .field("id", &MatchRequest::id)
      .field("game", &MatchRequest::game)
      .field("inline_game", &MatchRequest::inline_game)
      .field("seats", &MatchRequest::seats)
      .json_field("settings", &MatchRequest::settings)
      .field("priority", &MatchRequest::priority)
      .field("labels", &MatchRequest::labels)
      .long_field("storage", &MatchRequest::storage)
      .long_field("streams", &MatchRequest::streams)
      .done()
      .def(
          "to_json", [](const MatchRequest& request) { return to_json(request); },
          "Canonical JSON text; parse_match_request() reads it back.");
}

}  // namespace matchrunner::python
