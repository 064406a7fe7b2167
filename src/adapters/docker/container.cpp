// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/container.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "adapters/docker/failure.hpp"
#include "base/percent.hpp"
#include "base/utf8.hpp"
#include "domain/seat_paths.hpp"

namespace matchrunner::docker {
namespace {

constexpr const char* name_start = "matchrunner.";
constexpr std::size_t most_start_bytes = 1U << 20U;
constexpr std::uint64_t least_memory_bytes = 6U << 20U;  // the engine's own

Error at(const Seat& seat, ErrorCode code, const std::string& what) {
  return {code, "seat " + seat.name + ": " + what, origin};
}

bool is_json_text(const Seat& seat) {
  return is_utf8(seat.working_folder.value_or("")) &&
         std::all_of(seat.arguments.begin(), seat.arguments.end(), is_utf8) &&
         std::all_of(seat.environment.begin(), seat.environment.end(),
                     [](const auto& variable) { return is_utf8(variable.first) && is_utf8(variable.second); });
}

// Each is found by its name, once it runs.
Json seats_as_json(const Game& game) {
  Json seats = Json::array();
  for (const Seat& seat : game.seats)
    if (seat.role == SeatRole::player)
      seats.push_back({{"name", seat.name}, {"role", to_string(SeatRole::player)}, {"host", seat.name}});
  return seats;
}

std::map<std::string, std::string> environment(const MatchPlan& plan, const Seat& seat, const Joined& joined) {
  std::map<std::string, std::string> all = {{"HOME", home_folder}, {"TMPDIR", "/tmp"}};
  if (!needs_volume(seat)) all["HOME"] = "/tmp";
  for (const auto& [name, value] : seat.environment) all[name] = value;
  for (const auto& [name, value] : joined.variables) all[name] = value;
  all["MATCHRUNNER_MATCH"] = plan.match_id;
  all["MATCHRUNNER_SEAT"] = seat.name;
  if (seat.role != SeatRole::player) {
    all["MATCHRUNNER_RESULT"] = std::string(kept_folder) + "/result/" + result_file;
    all["MATCHRUNNER_OUTPUT"] = std::string(kept_folder) + "/output";
    all["MATCHRUNNER_SETTINGS"] = plan.game.settings;
    all["MATCHRUNNER_EVENTS"] = std::to_string(STDERR_FILENO);
    if (plan.game.wiring == Wiring::network) all["MATCHRUNNER_SEATS"] = seats_as_json(plan.game).dump();
  }
  return all;
}

// What the kernel has to hand to the seat's program, which takes about 2 MiB (execve(2)).
std::size_t start_bytes(const MatchPlan& plan, const Seat& seat) {
  std::size_t bytes = 0;
  for (const std::string& argument : seat.arguments) bytes += argument.size() + 1;
  for (const auto& [name, value] : environment(plan, seat, {})) bytes += name.size() + value.size() + 2;
  return bytes;
}

Json ulimit(const char* name, std::uint64_t soft, std::uint64_t hard) {
  return {{"Name", name}, {"Soft", soft}, {"Hard", hard}};
}

Json ulimits(const Limits& limits) {
  Json all = {ulimit("nofile", *limits.open_files, *limits.open_files), ulimit("core", 0, 0)};
  // Of each process; the sum of all is looked at while the seat runs.
  if (std::isfinite(*limits.cpu_seconds)) {
    const auto seconds = static_cast<std::uint64_t>(std::ceil(*limits.cpu_seconds));
    all.push_back(ulimit("cpu", seconds, seconds + 1));
  }
  return all;
}

// The user's own: an image may have a /tmp that is closed to it, whose mode stays.
std::string tmpfs_options(const Limits& limits, const DockerOptions& options) {
  const User user = read_user(options.user).value_or(User());
  return "rw,nosuid,nodev,mode=1777,size=" + std::to_string(*limits.disk_bytes) + ",uid=" + std::to_string(user.uid) +
         ",gid=" + std::to_string(user.gid);
}

Json host_config(const Seat& seat, const Limits& limits, const DockerOptions& options, const Json& its_labels) {
  Json config = {
      {"Init", true},  // the seat's program is not the first process: signals end it, and nothing stays a zombie
      {"ReadonlyRootfs", true},
      {"Memory", *limits.memory_bytes},
      {"MemorySwap", *limits.memory_bytes},
      {"PidsLimit", *limits.processes + 1},  // the first process
      {"CapDrop", {"ALL"}},
      {"SecurityOpt", {"no-new-privileges"}},
      {"Tmpfs", {{"/tmp", tmpfs_options(limits, options)}}},
      {"Ulimits", ulimits(limits)},
      // Its output goes to the spool; this is for who goes on with it when the runner has died. Bytes as they came.
      {"LogConfig",
       {{"Type", "local"},
        {"Config", {{"max-size", std::to_string(log_bytes(limits))}, {"max-file", "2"}, {"compress", "false"}}}}}};
  if (seat.cores.size() == 2)
    config["CpusetCpus"] = std::to_string(seat.cores[0]) + "-" + std::to_string(seat.cores[1]);
  if (needs_volume(seat))
    config["Mounts"] = {{{"Type", "volume"}, {"Target", volume_folder}, {"VolumeOptions", {{"Labels", its_labels}}}}};
  return config;
}

}  // namespace

std::optional<User> read_user(const std::string& text) {
  User user;
  const char* const end = text.data() + text.size();
  const auto uid = std::from_chars(text.data(), end, user.uid);
  if (uid.ec != std::errc() || uid.ptr == end || *uid.ptr != ':') return std::nullopt;
  const auto gid = std::from_chars(uid.ptr + 1, end, user.gid);
  if (gid.ec != std::errc() || gid.ptr != end || user.uid == 0 || user.gid == 0) return std::nullopt;
  return user;
}

std::string this_host() {
  static const std::string host = [] {
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    std::string id;
    std::ifstream("/etc/machine-id") >> id;
    return id.empty() ? std::string(name) : std::string(name) + "/" + id;
  }();
  return host;
}

std::string run_name(const MatchPlan& plan) { return name_start + plan.unique_id + "." + std::to_string(plan.epoch); }

std::string container_name(const MatchPlan& plan, const Seat& seat) { return run_name(plan) + "." + seat.name; }

std::uint64_t owner_epoch(std::string_view name, const std::string& unique_id) {
  if (name.starts_with('/')) name.remove_prefix(1);
  const std::string start = name_start + unique_id + ".";
  if (!name.starts_with(start)) return 0;
  std::uint64_t epoch = 0;
  std::from_chars(name.data() + start.size(), name.data() + name.size(), epoch);
  return epoch;
}

// What is kept of both streams several times over: a log of short lines is mostly what stands around them.
std::uint64_t log_bytes(const Limits& limits) {
  constexpr std::uint64_t at_least = 16U << 20U;
  constexpr std::uint64_t times = 8;
  return at_least + times * std::min<std::uint64_t>(*limits.output_bytes, std::uint64_t{1} << 40U);
}

Json run_labels(const MatchPlan& plan) {
  return {{match_label, plan.match_id},
          {unique_id_label, plan.unique_id},
          {epoch_label, std::to_string(plan.epoch)},
          {host_label, this_host()},
          {spool_label, percent_encode(plan.spool_folder)}};
}

bool needs_volume(const Seat& seat) {
  return seat.role != SeatRole::player || !seat.files.empty() || seat.working_folder;
}

Result<void> check_seat(const MatchPlan& plan, const Seat& seat) {
  if (!seat.image)
    return at(seat, ErrorCode::unsupported, "expected image, found a command or custom: docker starts nothing else");
  if (!is_json_text(seat))
    return at(seat, ErrorCode::invalid_argument,
              "arguments, environment, working_folder: expected UTF-8, which is all an engine takes");
  if (!seat.read_only.empty())
    return at(seat, ErrorCode::unsupported, "read_only: nothing of the host is mounted into containers");
  if (const std::size_t bytes = start_bytes(plan, seat); bytes > most_start_bytes)
    return at(seat, ErrorCode::invalid_argument,
              "arguments, environment, settings: expected at most " + std::to_string(most_start_bytes) +
                  " bytes in all, found " + std::to_string(bytes));
  if (const auto memory = seat.limits.memory_bytes.value_or(least_memory_bytes); memory < least_memory_bytes)
    return at(seat, ErrorCode::invalid_argument,
              "limits.memory_bytes: expected at least " + std::to_string(least_memory_bytes) +
                  " for a container, found " + std::to_string(memory));
  return check_inner_paths(seat, origin);
}

std::string container_body(const MatchPlan& plan, const Seat& seat, const std::string& image,
                           const DockerOptions& options, const Joined& joined) {
  Json its_labels = run_labels(plan);
  its_labels[seat_label] = seat.name;
  Json body = {{"Image", image},
               {"User", options.user},
               {"Labels", its_labels},
               {"NetworkDisabled", !seat.network && joined.network.empty()},
               {"AttachStdout", true},
               {"AttachStderr", true},
               {"Healthcheck", {{"Test", {"NONE"}}}},
               {"HostConfig", host_config(seat, merged(seat.limits, default_limits()), options, its_labels)}};
  if (!seat.arguments.empty()) body["Cmd"] = seat.arguments;
  if (seat.working_folder) body["WorkingDir"] = std::string(home_folder) + "/" + *seat.working_folder;
  if (!joined.network.empty()) {
    body["HostConfig"]["NetworkMode"] = joined.network;
    body["NetworkingConfig"] = {{"EndpointsConfig", {{joined.network, {{"Aliases", {seat.name}}}}}}};
  }
  Json lines = Json::array();
  for (const auto& [name, value] : environment(plan, seat, joined)) lines.push_back(name + "=" + value);
  body["Env"] = std::move(lines);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace matchrunner::docker
