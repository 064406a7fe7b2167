// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/saved_log.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <system_error>

#include "adapters/docker/container.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/seat_output.hpp"

namespace matchrunner::docker {
namespace {

namespace fs = std::filesystem;

constexpr std::array kept_streams{".stdout", ".stderr"};

// Events are not told: those of a run that came to nothing decide nothing.
Result<SeatOutput> open_beside(const std::string& folder, const Seat& seat, const Limits& limits) {
  std::error_code failed;
  fs::create_directory(folder, failed);  // not its parents: of a run that is over they are gone
  if (!failed) fs::create_directory(folder + "/logs", failed);
  if (failed) return Error{ErrorCode::unavailable, "cannot make " + folder + ": " + failed.message(), origin};
  return SeatOutput::reopen(folder, seat.name, *limits.output_bytes, seat.role != SeatRole::player,
                            std::numeric_limits<std::uint64_t>::max(), {});
}

std::uintmax_t bytes_of(const std::string& log) {
  std::error_code none;
  const auto bytes = fs::file_size(log, none);
  return none ? 0 : bytes;
}

// Up to `most` of it.
Result<void> read_log(Engine& engine, const std::string& path, const std::string& what, SeatOutput& output,
                      std::uint64_t most, const Context& context) {
  auto request = engine.request("GET", path + "/logs?stdout=1&stderr=1&timestamps=1");
  request.body_sink = [&](const http::Answer&, ByteView part) -> Result<http::Request::Taken> {
    if (auto taken = output.take(part); !taken) return std::move(taken).error();
    return http::Request::Taken{output.logged_at_most() <= most};
  };
  auto read = engine.call(std::move(request), what, context);
  return read ? output.close() : Result<void>(std::move(read).error());
}

}  // namespace

Result<void> save_log(Engine& engine, const MatchPlan& plan, const Seat& seat, const std::string& container,
                      const Context& context) {
  const std::string path = "/containers/" + container, what = "seat " + seat.name;
  // Neither running nor gone: it has ended.
  auto killed = engine.call(engine.request("POST", path + "/kill?signal=SIGKILL"), what, context);
  if (!killed && killed.error().code == ErrorCode::not_found) return {};
  if (!killed && killed.error().code != ErrorCode::conflict) return std::move(killed).error();
  if (auto ended = engine.call(engine.request("POST", path + "/wait"), what, context); !ended)
    return std::move(ended).error();

  const Limits limits = merged(seat.limits, default_limits());
  const std::string beside =
      fs::path(plan.spool_folder) / "work" / ("saved." + std::to_string(plan.epoch) + "." + seat.name);
  auto output = open_beside(beside, seat, limits);
  if (!output) return std::move(output).error();
  const std::uint64_t whole_at_most = log_bytes(limits);
  auto read = read_log(engine, path, what, *output, whole_at_most, context);
  if (read && output->logged_at_most() <= whole_at_most)
    for (const char* const stream : kept_streams) {
      const std::string log = "/logs/" + seat.name + stream, kept = plan.spool_folder + log;
      std::error_code failed;
      if (bytes_of(beside + log) > bytes_of(kept)) fs::rename(beside + log, kept, failed);
      if (failed && read) read = Error{ErrorCode::unavailable, "cannot keep " + log + ": " + failed.message(), origin};
    }
  std::error_code remains;  // goes with the run's folder, else
  fs::remove_all(beside, remains);
  return read;
}

}  // namespace matchrunner::docker
