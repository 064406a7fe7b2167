// SPDX-License-Identifier: Apache-2.0
// Game: what can be played, and how each seat of it is started; MatchRequest: one wish to play it.
// Plain values that mirror the match file (docs/match-file.md, schema/match.schema.json) field by field.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

// Who a seat is in the match. The end of any but a player is the end of the match. `program` is the only seat of a
// match without wiring; `server`, of a network, may leave no result, which a referee must.
enum class SeatRole : unsigned char { referee, player, program, server };
inline constexpr std::array<Name<SeatRole>, 4> seat_roles{{{SeatRole::referee, "referee"},
                                                           {SeatRole::player, "player"},
                                                           {SeatRole::program, "program"},
                                                           {SeatRole::server, "server"}}};

// How the seats are connected. none: one program. stdio: each player's stdin and stdout are pipes to the referee.
// network: by a network that is the match's alone.
enum class Wiring : unsigned char { none, stdio, network };
inline constexpr std::array<Name<Wiring>, 3> wirings{
    {{Wiring::none, "none"}, {Wiring::stdio, "stdio"}, {Wiring::network, "network"}}};

// What happens to output beyond output_bytes. cut: read on, drop, mark where; kill: end the seat (output_limit).
enum class OnOutputLimit : unsigned char { cut, kill };
inline constexpr std::array<Name<OnOutputLimit>, 2> on_output_limits{
    {{OnOutputLimit::cut, "cut"}, {OnOutputLimit::kill, "kill"}}};

constexpr std::string_view to_string(SeatRole role) { return name_of(seat_roles, role); }
constexpr std::string_view to_string(Wiring wiring) { return name_of(wirings, wiring); }
constexpr std::string_view to_string(OnOutputLimit value) { return name_of(on_output_limits, value); }

// What a seat may use. An empty field means "as the level above says": seat, then game, then default_limits().
struct Limits {
  std::optional<double> cpu_seconds;            // of the whole process tree
  std::optional<double> wall_seconds;           // infinity: none
  std::optional<std::uint64_t> memory_bytes;    // of the whole process tree
  std::optional<std::uint32_t> processes;       // threads count
  std::optional<std::uint32_t> open_files;      // per process
  std::optional<std::uint64_t> output_bytes;    // kept of stdout and of stderr, each
  std::optional<std::uint64_t> artifact_bytes;  // all files left in MATCHRUNNER_OUTPUT together
  std::optional<std::uint64_t> disk_bytes;      // that its own folders take on the disk, while it runs
  std::optional<std::uint64_t> files;           // and folders in them

  bool operator==(const Limits&) const = default;
};

// Complete: every field has a value. cpu 60 s, no wall limit of its own, 512 MiB, 64 processes, 256 open files,
// 16 MiB of output, 256 MiB of artifacts, 1 GiB of disk, 100,000 files.
Limits default_limits();

// `over` where it says something, else `under`.
Limits merged(const Limits& over, const Limits& under);

// A file brought into a seat's folder: copied from `source`, or written from `content`.
struct SeatFile {
  std::string path;                    // relative to the seat's folder
  std::optional<std::string> source;   // absolute path on the host
  std::optional<std::string> content;  // the text itself

  bool operator==(const SeatFile&) const = default;
};

// When a seat is ready for those that start after it: one of the three ways, and for how long it may take.
struct Readiness {
  std::optional<std::string> log = {};     // its stdout or stderr has this text
  std::optional<std::uint16_t> port = {};  // it listens on this port, TCP or UDP, for the others of its network
  bool health = false;                     // the health check of its image passes
  double within_seconds = 60;

  bool operator==(const Readiness&) const = default;
};

// One contestant, server or referee process of a match, and how it is started.
struct Seat {
  std::string name;
  std::optional<SeatRole> role;        // default: program when wiring is none, else player
  std::optional<std::string> command;  // a program: name found on PATH, or a path   | exactly one
  std::optional<std::string> image;    // a container image: name, tag or digest     | of these
  std::optional<std::string> custom;   // JSON object for a user's executor, as it is | three
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string>
      secrets;                                // more variables, in MatchRequest::seats alone; their values: never shown
  std::optional<std::string> working_folder;  // relative to the seat's folder
  std::vector<SeatFile> files;
  std::vector<std::string> read_only;  // absolute host paths that the seat may see, at the same place
  bool network = false;
  Limits limits;
  std::optional<OnOutputLimit> on_output_limit;
  std::vector<std::uint32_t> cores;              // first and last that it may run on; empty: any
  std::optional<std::uint32_t> count;            // copies NAME_0, NAME_1, ...; a game that is played has seats without
  std::optional<std::string> index_variable;     // of each copy: its number
  std::optional<Readiness> ready;                // this and the rest: with wiring network
  std::vector<std::string> after;                // starts when these seats are ready
  std::optional<double> delay_seconds;           // ... and so much later; of copies: each so long after the one before
  std::map<std::string, std::string> addresses;  // a variable to the seat whose address it has; starts after it, too

  bool operator==(const Seat&) const = default;
};

struct Game {
  std::string name;
  std::string title;          // for people; may be empty
  std::uint64_t version = 0;  // of the catalogue: 1, 2, ...; 0 when it is not from there
  Wiring wiring = Wiring::stdio;
  std::vector<Seat> seats;
  std::vector<std::string> score_fields;  // names of further numbers in the result file, for tables
  std::string settings = "{}";            // JSON object, given to the referee as MATCHRUNNER_SETTINGS
  Limits limits;
  std::optional<double> deadline_seconds;  // of the whole match, from `started`; default 3600
  std::optional<double> grace_seconds;     // between the end and the kill; default 2
  std::optional<std::uint32_t> attempts;   // runs at most, when runners die; default 3

  bool operator==(const Game&) const = default;
};

// What is submitted. Seats are matched to the game's by name; what is said here goes before what the game says.
struct MatchRequest {
  std::string id;                   // empty: one is made
  std::string game;                 // name in the catalogue ...
  std::optional<Game> inline_game;  // ... or the game itself: exactly one of the two
  std::vector<Seat> seats;
  std::string settings = "{}";  // JSON object, laid over the game's, key by key
  std::int64_t priority = 0;    // higher goes first
  std::map<std::string, std::string> labels;
  // A pattern of artifact names to the URL of the sink ...
  std::map<std::string, std::string> storage;  // ... where those are kept, instead of that of the runner
  std::map<std::string, std::string> streams;  // ... where those go while they grow, besides those of the runner

  bool operator==(const MatchRequest&) const = default;
};

}  // namespace matchrunner
