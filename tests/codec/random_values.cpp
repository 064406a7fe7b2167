// SPDX-License-Identifier: Apache-2.0
#include "codec/random_values.hpp"

#include <cstdlib>
#include <limits>

namespace matchrunner::testing {
namespace {

// In the way in which the library writes objects that it keeps as they are: sorted, without spaces.
constexpr const char* objects[] = {"{}", R"({"a":1})", R"({"deep":{"list":[1,2.5,null,true,"\u0001\"ß"]},"x":-0.1})",
                                   R"({"":{}})", R"({"big":18446744073709551615,"small":-9223372036854775808})"};
constexpr const char* letters[] = {"a",    "Z", "0",  " ", "\"", "\\", "\n",  "\t",
                                   "\x7f", "é", "日", "😀", "/",  "{",  "\x01"};

}  // namespace

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("MATCHRUNNER_SEED")) return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

std::uint64_t RandomValues::number(std::uint64_t low, std::uint64_t high) {
  return std::uniform_int_distribution<std::uint64_t>(low, high)(engine_);
}

double RandomValues::real(double low, double high) {
  return chance() ? std::uniform_real_distribution<double>(low, high)(engine_)
                  : low + static_cast<double>(number(1, 9));
}

std::string RandomValues::text(std::size_t max_length) {
  std::string text;
  for (auto length = number(0, max_length / 4); length > 0; --length)
    text += letters[number(0, std::size(letters) - 1)];
  return text;
}

std::string RandomValues::line(std::size_t max_length) {
  std::string line = text(max_length);
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return line;
}

std::string RandomValues::id() {
  constexpr std::string_view allowed = "abcXYZ019_.-";
  std::string id = "r";
  for (auto length = number(0, 20); length > 0; --length) id += allowed[number(0, allowed.size() - 1)];
  return id;
}

std::string RandomValues::settings() { return objects[number(0, std::size(objects) - 1)]; }

Limits RandomValues::limits() {
  Limits limits;
  if (chance()) limits.cpu_seconds = real(0.001, 1e6);
  if (chance()) limits.wall_seconds = chance() ? std::numeric_limits<double>::infinity() : real(0.001, 1e6);
  if (chance()) limits.memory_bytes = number(1 << 20, std::uint64_t(1) << 53);
  if (chance()) limits.processes = static_cast<std::uint32_t>(number(1, 1 << 20));
  if (chance()) limits.open_files = static_cast<std::uint32_t>(number(8, 1 << 20));
  if (chance()) limits.output_bytes = number(0, std::uint64_t(1) << 53);
  if (chance()) limits.artifact_bytes = number(0, std::uint64_t(1) << 53);
  if (chance()) limits.disk_bytes = number(1 << 20, std::uint64_t(1) << 53);
  if (chance()) limits.files = number(1, std::uint64_t(1) << 53);
  return limits;
}

Seat RandomValues::seat(const std::string& name, SeatRole role, bool started) {
  Seat seat;
  seat.name = name;
  if (role != SeatRole::player || chance()) seat.role = role;
  if (started) {
    switch (number(0, 2)) {
      case 0:
        seat.command = chance() ? "stockfish" : "/usr/games/a b";
        break;
      case 1:
        seat.image = "registry/team:1";
        break;
      default:
        seat.custom = settings();
    }
    for (auto count = number(0, 3); count > 0; --count) seat.arguments.push_back(text(60));
  }
  for (auto count = number(0, 3); count > 0; --count) seat.environment["V_" + std::to_string(count)] = text(60);
  if (chance()) seat.working_folder = "a/b";
  for (auto count = number(0, 3); count > 0; --count) {
    SeatFile& file = seat.files.emplace_back();
    file.path = "folder/file " + std::to_string(count);
    if (chance())
      file.source = "/source/" + std::to_string(count);
    else
      file.content = text(200);
  }
  for (auto count = number(0, 3); count > 0; --count) seat.read_only.push_back("/opt/" + std::to_string(count));
  seat.network = chance();
  seat.limits = limits();
  if (chance()) seat.on_output_limit = chance() ? OnOutputLimit::cut : OnOutputLimit::kill;
  if (chance()) seat.cores = {static_cast<std::uint32_t>(number(0, 3)), static_cast<std::uint32_t>(number(4, 1023))};
  return seat;
}

Game RandomValues::game() {
  Game game;
  game.name = id();
  game.title = line(100);
  game.version = number(0, 1000);
  game.wiring = wirings[number(0, wirings.size() - 1)].value;
  if (game.wiring == Wiring::none) {
    game.seats.push_back(seat("alone", SeatRole::program, true));
  } else {
    game.seats.push_back(seat("referee", SeatRole::referee, true));
    for (auto count = number(1, 5); count > 0; --count)
      game.seats.push_back(seat("player" + std::to_string(count), SeatRole::player, true));
    if (chance()) game.seats[1].count = static_cast<std::uint32_t>(number(1, 9));
    if (game.seats[1].count) game.seats[1].index_variable = "index";
  }
  if (game.wiring == Wiring::network) {
    game.seats[0].ready.emplace();
    game.seats[0].ready->port = static_cast<std::uint16_t>(number(1, 65535));
    game.seats[0].ready->within_seconds = real(0.001, 1e6);
    game.seats[1].after = {"referee"};
    game.seats[1].addresses = {{"address", "referee"}};
    if (chance()) game.seats[1].delay_seconds = real(0, 300);
  }
  for (auto count = number(0, 3); count > 0; --count) game.score_fields.push_back("field_" + std::to_string(count));
  game.settings = settings();
  game.limits = limits();
  if (chance()) game.deadline_seconds = real(0.001, 1e6);
  if (chance()) game.grace_seconds = real(0, 3000);
  if (chance()) game.attempts = static_cast<std::uint32_t>(number(1, 100));
  return game;
}

MatchRequest RandomValues::request() {
  MatchRequest request;
  if (chance()) request.id = id();
  if (chance())
    request.game = id();
  else
    request.inline_game = game();
  if (request.inline_game) {
    for (const Seat& of_game : request.inline_game->seats)
      if (chance()) request.seats.push_back(seat(of_game.name, of_game.role.value_or(SeatRole::player), chance()));
  } else if (chance()) {
    request.seats.push_back(seat(id(), SeatRole::player, chance()));
  }
  for (Seat& seat : request.seats)
    for (auto count = number(0, 2); count > 0; --count) seat.secrets["S_" + std::to_string(count)] = text(60);
  request.settings = settings();
  request.priority = static_cast<std::int64_t>(number(0, 2'000'000'000)) - 1'000'000'000;
  for (auto count = number(0, 3); count > 0; --count) request.labels[id()] = line(100);
  if (chance()) request.storage["*"] = "s3://key:secret@bucket-" + id();
  if (chance()) request.streams["logs/" + id()] = "amqp://" + id() + "/?queue=" + id();
  return request;
}

Time RandomValues::time() { return Time(std::chrono::microseconds(number(0, 4'000'000'000'000'000))); }

Outcome RandomValues::outcome(const Game& game) {
  Outcome outcome;
  outcome.result = match_results[number(0, match_results.size() - 1)].value;
  outcome.fault = faults[number(0, faults.size() - 1)].value;
  outcome.reason = text(100);
  outcome.summary = text(200);
  for (const Seat& of_game : game.seats) {
    SeatOutcome& seat = outcome.seats.emplace_back();
    seat.name = of_game.name;
    seat.verdict = verdicts[number(0, verdicts.size() - 1)].value;
    if (chance()) seat.exit_code = static_cast<int>(number(0, 255));
    if (chance()) seat.signal = static_cast<int>(number(1, 64));
    if (chance()) seat.score = real(-1e9, 1e9);
    seat.truncated = chance();
    seat.cpu_seconds = real(0, 1e5);
    seat.wall_seconds = real(0, 1e5);
    seat.peak_memory_bytes = number(0, std::uint64_t(1) << 40);
    seat.fault = faults[number(0, faults.size() - 1)].value;
    seat.processes = static_cast<std::uint32_t>(number(0, 1000));
    seat.output_bytes = number(0, std::uint64_t(1) << 40);
    if (chance()) seat.limit = "memory_bytes";
    if (chance()) seat.limit_value = real(0, 1e9);
    seat.detail = text(100);
    seat.stderr_tail = text(1000);
  }
  outcome.details = settings();
  return outcome;
}

Match RandomValues::match() {
  Match match;
  match.id = id();
  match.state = match_states[number(0, match_states.size() - 1)].value;
  match.request = request();
  match.request_sha256 = std::string(64, 'a');
  match.game = match.request.inline_game ? *match.request.inline_game : game();
  match.version = number(0, 1000);
  match.epoch = number(0, 1000);
  match.attempt = static_cast<std::uint32_t>(number(0, 100));
  match.holder = text(40);
  for (auto count = number(0, 5); count > 0; --count)
    match.times.push_back({match_states[number(0, match_states.size() - 1)].value, time()});
  for (const Seat& seat : match.game.seats)
    if (chance())
      match.endpoints.push_back({seat.name, text(20), static_cast<std::uint16_t>(number(0, 65535)),
                                 static_cast<std::int64_t>(number(0, 1 << 22))});
  if (chance()) match.isolation = Isolation{text(20), {"user", "pid", text(20)}};
  if (chance()) match.stop_request = text(100);
  if (chance()) match.outcome = outcome(match.game);
  for (auto count = number(0, 4); count > 0; --count)
    match.artifacts.push_back(
        {"output/" + text(20), number(0, std::uint64_t(1) << 53), std::string(64, 'b'), text(50), chance()});
  if (chance()) match.stored_at = time();
  match.unique_id = text(20);
  match.store_error = text(50);
  if (chance()) match.sealed = text(60);
  if (chance()) match.asker = {text(20), text(20), chance(), text(20)};
  match.spool_host = text(20);
  match.spool_folder = "/spool/" + text(20);
  return match;
}

}  // namespace matchrunner::testing
