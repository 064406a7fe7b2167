// SPDX-License-Identifier: Apache-2.0
// The fields of a match file. docs/match-file.md and schema/match.schema.json are printed from this page.
#pragma once

#include "codec/table.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner::codec {

inline constexpr auto seat_role_words = texts_of(seat_roles);
inline constexpr auto wiring_words = texts_of(wirings);
inline constexpr auto on_output_limit_words = texts_of(on_output_limits);

template <>
struct Words<SeatRole> {
  static constexpr const auto& names = seat_roles;
};
template <>
struct Words<Wiring> {
  static constexpr const auto& names = wirings;
};
template <>
struct Words<OnOutputLimit> {
  static constexpr const auto& names = on_output_limits;
};

inline constexpr double max_seconds = 31'536'000;  // a year
constexpr Shape seconds_above(double minimum) {
  return {.kind = Kind::number, .minimum = minimum, .maximum = max_seconds, .above_minimum = true};
}
inline constexpr Shape wall_shape{.kind = Kind::number, .maximum = max_seconds, .above_minimum = true, .or_null = true};
inline constexpr Shape grace_shape{.kind = Kind::number, .maximum = 3600};

inline constexpr std::size_t max_path = 4096;
inline constexpr std::size_t max_argument = 100'000;      // the kernel takes 131071 bytes in one argument or variable
inline constexpr std::size_t max_settings_bytes = 65536;  // they go into a variable
inline constexpr Shape path_shape = text(1, max_path, line_form);
inline constexpr Shape argument_shape = text(0, max_argument);
inline constexpr Shape secret_shape = hidden(argument_shape);
inline constexpr Shape label_shape = text(0, 1024, line_form);
// A fault shows no URL: there may be a password in it.
inline constexpr Shape url_shape = hidden(text(1, 8192, line_form));
inline constexpr Shape targets_shape = hidden(map_of(artifact_pattern_form, url_shape, 64));
inline constexpr Shape score_field_shape = text(1, 64, score_field_form);

template <>
struct Table<Limits> {
  static constexpr std::string_view name = "limits";
  static constexpr auto rows = std::tuple{
      row("cpu_seconds", &Limits::cpu_seconds, seconds_above(0), "cpu time of the whole process tree; default 60"),
      row("wall_seconds", &Limits::wall_seconds, wall_shape, "time from start to end; null, the default: none"),
      row("memory_bytes", &Limits::memory_bytes, whole(1 << 20), "memory of the whole process tree; default 536870912"),
      row("processes", &Limits::processes, whole(1, 1 << 20), "processes and threads at once; default 64"),
      row("open_files", &Limits::open_files, whole(8, 1 << 20), "open files of each process; default 256"),
      row("output_bytes", &Limits::output_bytes, whole(0),
          "bytes kept of each log: stdout and stderr (with stdio a player has no log of its stdout); default 16777216"),
      row("artifact_bytes", &Limits::artifact_bytes, whole(0),
          "bytes of all files left in MATCHRUNNER_OUTPUT together; default 268435456"),
      row("disk_bytes", &Limits::disk_bytes, whole(1 << 20),
          "bytes on the disk of all that lies in its own folders, while it runs; default 1073741824"),
      row("files", &Limits::files, whole(1), "files and folders in its own folders, while it runs; default 100000"),
  };
};

template <>
struct Table<SeatFile> {
  static constexpr std::string_view name = "file";
  static constexpr std::array<std::string_view, 2> alternatives{"source", "content"};
  static constexpr bool alternative_required = true;
  static constexpr auto rows = std::tuple{
      row("path", &SeatFile::path, text(1, max_path, inner_path_form), "where it lies in the seat's folder", required),
      row("source", &SeatFile::source, path_shape,
          "the file on this host to copy; a relative path starts at the match file's folder"),
      row("content", &SeatFile::content, text(0, 1 << 20), "the text to write"),
  };
};

inline constexpr Shape port_shape = whole(1, 65535);
inline constexpr Shape core_shape = whole(0, 1023);
inline constexpr std::size_t max_seats = 64;

template <>
struct Table<Readiness> {
  static constexpr std::string_view name = "ready";
  static constexpr std::array<std::string_view, 3> alternatives{"log", "port", "health"};
  static constexpr bool alternative_required = true;
  static constexpr auto rows = std::tuple{
      row("log", &Readiness::log, text(1, 1024), "ready when its stdout or stderr has this text"),
      row("port", &Readiness::port, port_shape,
          "ready when it listens on this port, TCP or UDP, for the others of its network"),
      row("health", &Readiness::health, boolean_shape, "true: ready when the health check of its image passes"),
      row("within_seconds", &Readiness::within_seconds, seconds_above(0),
          "for how long that may take from its start; default 60"),
  };
};

template <>
struct Table<Seat> {
  static constexpr std::string_view name = "seat";
  static constexpr std::array<std::string_view, 3> alternatives{"command", "image", "custom"};
  static constexpr bool alternative_required = false;
  static constexpr auto rows = std::tuple{
      row("name", &Seat::name, id_shape, "unique in the match; seats of a match and of its game meet by it", required),
      row("role", &Seat::role, one_of(seat_role_words), "default: program in a match without wiring, else player"),
      row("command", &Seat::command, text(1, max_path, command_form),
          "the program: a name found on the seat's PATH, one of its `files`, or a path on this host (relative: from "
          "the "
          "match file's folder)"),
      row("image", &Seat::image, text(1, 1024, line_form),
          "a container image, for docker:// and other executors of containers; `arguments` go to its entrypoint"),
      row("custom", &Seat::custom, any_object_shape, "options for a user's own executor, handed on as they are"),
      row("arguments", &Seat::arguments, list_of(argument_shape, 0, 1024), "of the command, without its name"),
      row("environment", &Seat::environment, map_of(environment_name_form, argument_shape, 256),
          "variables, besides those that every seat has"),
      row("secrets", &Seat::secrets, hidden(map_of(environment_name_form, secret_shape, 256)),
          "more variables, whose values are never shown; only in the seats of a match, not in a game"),
      row("working_folder", &Seat::working_folder, text(1, max_path, inner_path_form), "relative to the seat's folder"),
      row("files", &Seat::files, list_of(Outline<SeatFile>::shape, 0, 1024, "path"), "brought into the seat's folder"),
      row("read_only", &Seat::read_only, list_of(path_shape, 0, 64),
          "paths on this host that the seat may see, at the same place; relative ones start at the match file's "
          "folder"),
      row("network", &Seat::network, boolean_shape, "true: the seat may use the network; default false"),
      row("limits", &Seat::limits, Outline<Limits>::shape, "of this seat; before those of the game"),
      row("on_output_limit", &Seat::on_output_limit, one_of(on_output_limit_words),
          "beyond output_bytes: cut (the default) drops the rest, kill ends the seat"),
      row("cores", &Seat::cores, list_of(core_shape, 2, 2), "first and last of the host's cores that it may run on"),
      row("count", &Seat::count, whole(1, max_seats),
          "of a player: so many copies, which are seats NAME_0, NAME_1, ..."),
      row("index_variable", &Seat::index_variable, text(1, 128, environment_name_form),
          "of a seat with `count`: the variable that has the copy's number"),
      row("ready", &Seat::ready, Outline<Readiness>::shape, "when those after it may start; default: once it runs"),
      row("after", &Seat::after, list_of(id_shape, 0, max_seats),
          "seats that must be ready before it starts; a name with `count` means all copies"),
      row("delay_seconds", &Seat::delay_seconds, grace_shape,
          "starts so much later; of copies each so long after the one before, the first at once"),
      row("addresses", &Seat::addresses, map_of(environment_name_form, id_shape, max_seats),
          "variables that have the address of another seat, which must be ready before"),
  };
};

inline constexpr Shape seats_shape = list_of(Outline<Seat>::shape, 0, max_seats, "name");

template <>
struct Table<Game> {
  static constexpr std::string_view name = "game";
  static constexpr auto rows = std::tuple{
      row("name", &Game::name, id_shape, "of the game; its key in the catalogue", required),
      row("title", &Game::title, text(0, 1024, line_form), "for people"),
      row("version", &Game::version, whole(0), "of the catalogue, which sets it"),
      row("wiring", &Game::wiring, one_of(wiring_words),
          "stdio (the default): each player's stdin and stdout are pipes to the referee; network: a network of the "
          "match's "
          "own; none: one program"),
      row("seats", &Game::seats, list_of(Outline<Seat>::shape, 1, max_seats, "name"), "who takes part", required),
      row("score_fields", &Game::score_fields, list_of(score_field_shape, 0, 64),
          "names of further numbers in the result file, for tables"),
      row("settings", &Game::settings, any_object_shape,
          "given to the referee, server or program in MATCHRUNNER_SETTINGS"),
      row("limits", &Game::limits, Outline<Limits>::shape, "of each seat that says nothing else"),
      row("deadline_seconds", &Game::deadline_seconds, seconds_above(0),
          "of the whole match, from its start; default 3600"),
      row("grace_seconds", &Game::grace_seconds, grace_shape, "between asking a seat to end and killing it; default 2"),
      row("attempts", &Game::attempts, whole(1, 100), "runs at most, when runners die; default 3"),
  };
};

template <>
struct Table<MatchRequest> {
  static constexpr std::string_view name = "match";
  static constexpr Shape game_shape{.kind = Kind::id_or, .items = &Outline<Game>::shape};
  static constexpr auto rows = std::tuple{
      MarkerRow{{"$schema", ignored_shape, "where an editor finds this schema"}},
      row("id", &MatchRequest::id, id_shape, "of the match; default: one is made"),
      EitherRow<MatchRequest, std::string, std::optional<Game>>{
          {"game", game_shape, "the name of a game in the catalogue, or the game itself", required},
          &MatchRequest::game,
          &MatchRequest::inline_game},
      row("seats", &MatchRequest::seats, seats_shape,
          "what this match says of the game's seats; goes before what the game says"),
      row("settings", &MatchRequest::settings, any_object_shape, "laid over the game's, key by key"),
      row("priority", &MatchRequest::priority, whole(-1e9, 1e9), "higher goes first; default 0"),
      row("labels", &MatchRequest::labels, map_of(id_form, label_shape, 64), "for the caller's own use"),
      row("storage", &MatchRequest::storage, targets_shape,
          "URLs of where artifacts are kept, by a pattern of their names (`*`: all); the rest goes where those of "
          "other "
          "matches go"),
      row("streams", &MatchRequest::streams, targets_shape,
          "URLs that artifacts go to while they grow, by a pattern of their names"),
  };
};

}  // namespace matchrunner::codec
