// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/seat_start.hpp"

#include <algorithm>
#include <cmath>

#include "adapters/sandbox/seat_environment.hpp"
#include "adapters/sandbox/seat_view.hpp"
#include "adapters/sandbox/spool_layout.hpp"
#include "adapters/sandbox/view_table.hpp"
#include "base/digest.hpp"
#include "domain/seat_paths.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr std::size_t most_seats = 60;  // two descriptors each in the referee, one each in a message

Error invalid(const Seat& seat, std::string what) {
  return Error{ErrorCode::invalid_argument, "seat " + seat.name + ": " + std::move(what), "sandbox"};
}

Result<void> check_read_only(const Seat& seat) {
  for (const std::string& path : seat.read_only) {
    if (path.size() < 2 || path[0] != '/' || !stays_below(path.substr(1)))
      return invalid(seat, "read_only: expected an absolute path below /, found " + path);
    for (const std::string_view own : own_folders)
      if (is_within(path, own))
        return invalid(seat, "read_only " + path + " would hide the seat's own " + std::string(own));
  }
  return {};
}

Result<void> check_seat(const Seat& seat) {
  if (!seat.command)
    return Error{ErrorCode::unsupported, "seat " + seat.name + ": the sandbox starts seats by command only", "sandbox"};
  if (!seat.cores.empty())
    return Error{ErrorCode::unsupported, "seat " + seat.name + ": cores: the sandbox ties no seat to cores", "sandbox"};
  if (auto checked = check_inner_paths(seat, "sandbox"); !checked) return checked;
  return check_read_only(seat);
}

std::uint64_t nanoseconds(double seconds) {
  constexpr double longest = 1e9;  // 30 years
  return static_cast<std::uint64_t>(std::min(std::max(seconds, 0.0), longest) * 1e9);
}

void set_limits(const Limits& limits, SeatStart& start) {
  const double wall = limits.wall_seconds.value_or(INFINITY);
  start.cpu_nanoseconds = nanoseconds(limits.cpu_seconds.value_or(INFINITY));
  start.wall_nanoseconds = std::isinf(wall) ? 0 : std::max<std::uint64_t>(1, nanoseconds(wall));
  const Limits usual = default_limits();
  start.memory_bytes = limits.memory_bytes.value_or(*usual.memory_bytes);
  start.processes = limits.processes.value_or(*usual.processes);
  start.open_files = limits.open_files.value_or(*usual.open_files);
  start.output_bytes = limits.output_bytes.value_or(*usual.output_bytes);
  start.file_bytes = limits.artifact_bytes.value_or(*usual.artifact_bytes);
  start.disk_bytes = limits.disk_bytes.value_or(*usual.disk_bytes);
  start.files = limits.files.value_or(*usual.files);
}

}  // namespace

std::string run_address_prefix(const MatchPlan& plan) {
  constexpr std::size_t enough = 32;
  return "matchrunner/run/" + sha256_hex(plan.match_id + "/" + plan.unique_id).substr(0, enough) + "/";
}

Result<void> check_plan(const MatchPlan& plan) {
  const std::vector<Seat>& seats = plan.game.seats;
  if (plan.game.wiring == Wiring::network)
    return Error{ErrorCode::unsupported, "wiring: expected stdio or none, found network: the sandbox has no networks",
                 "sandbox"};
  const auto decides =
      std::count_if(seats.begin(), seats.end(), [](const Seat& seat) { return seat.role != SeatRole::player; });
  if (decides != 1 || seats.size() > most_seats || (plan.game.wiring == Wiring::none && seats.size() != 1))
    return Error{ErrorCode::invalid_argument,
                 "a match needs one program, or one referee and at most " + std::to_string(most_seats - 1) + " players",
                 "sandbox"};
  for (const Seat& seat : seats)
    if (auto checked = check_seat(seat); !checked) return checked;
  return {};
}

Result<StartMatch> make_start(const MatchPlan& plan, std::uint64_t run, FileView view_kind) {
  StartMatch start;
  start.run = run;
  start.address = run_address_prefix(plan) + std::to_string(plan.epoch);
  start.lease_deadline = plan.lease_deadline.time_since_epoch().count();
  start.grace_milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, plan.grace.count()));
  for (const Seat& seat : plan.game.seats) {
    SeatStart& one = start.seats.emplace_back();
    const bool player = seat.role == SeatRole::player;
    const SeatView view(seat, seat_folder(plan.spool_folder, seat.name), view_kind);
    auto program = view.resolve_command();
    if (!program) return std::move(program).error();
    one.name = seat.name;
    one.decides_end = one.has_output = !player;
    one.wired = player && plan.game.wiring == Wiring::stdio;
    one.network = seat.network;
    one.kill_on_output = seat.on_output_limit == OnOutputLimit::kill;
    one.folder = seat_folder(plan.spool_folder, seat.name);
    if (!one.wired) one.stdout_log = log_path(plan.spool_folder, seat.name, "stdout");
    one.stderr_log = log_path(plan.spool_folder, seat.name, "stderr");
    one.working_folder = view.working_folder();
    one.program = *std::move(program);
    one.arguments = {*seat.command};
    one.arguments.insert(one.arguments.end(), seat.arguments.begin(), seat.arguments.end());
    one.environment = seat_environment(plan, seat, view);
    one.read_only = seat.read_only;
    set_limits(seat.limits, one);
  }
  return start;
}

}  // namespace matchrunner::sandbox
