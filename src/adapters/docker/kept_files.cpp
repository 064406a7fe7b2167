// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/kept_files.hpp"

#include "adapters/docker/container.hpp"
#include "adapters/docker/engine_time.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/base64.hpp"
#include "base/remove_tree.hpp"
#include "base/system_error.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::uint64_t tar_overhead = 2048;                  // of a file: its header and what fills its last block
constexpr std::uint64_t is_folder = std::uint64_t{1} << 31U;  // in modes as Go has them

Result<http::Answer> look(Engine& engine, const std::string& path, const std::string& below, const Context& context) {
  return engine.call(engine.request("HEAD", path + "/archive?path=" + escaped(kept_folder + below)), "a look", context);
}

bool is_untouched(const http::Answer& answer) {
  const auto stat = from_base64(answer.header("x-docker-container-path-stat"));
  if (!stat) return false;
  const Json json = object_from(*stat);
  return (number_at(json, "/mode") & is_folder) != 0 && moment_from(text_at(json, "mtime")) == untouched_since;
}

// Only what is certain is a yes: all else is looked for in the archive. The folder comes second: as it is there, so is
// the container, and what was not found before was the file.
bool has_nothing(Engine& engine, const std::string& path, const Context& context) {
  const auto result = look(engine, path, std::string("/result/") + result_file, context);
  if (result || result.error().code != ErrorCode::not_found) return false;
  const auto output = look(engine, path, "/output", context);
  return output && is_untouched(*output);
}

}  // namespace

http::Request kept_request(const Engine& engine, const std::string& path) {
  return engine.request("GET", path + "/archive?path=" + escaped(kept_folder));
}

std::function<Result<http::Request::Taken>(const http::Answer&, ByteView)> into(Archive& archive,
                                                                                const Limits& limits) {
  const std::uint64_t most = *limits.disk_bytes + tar_overhead * max_output_files;
  return [&archive, most](const http::Answer&, ByteView part) -> Result<http::Request::Taken> {
    if (auto appended = archive.append(part); !appended) return std::move(appended).error();
    return http::Request::Taken{archive.size() <= most};
  };
}

Result<Unpacked> fetch_kept(Engine& engine, const std::string& path, bool may_be_untouched, const MatchPlan& plan,
                            const Seat& seat, const Context& context) {
  const Limits limits = merged(seat.limits, default_limits());
  if (may_be_untouched && has_nothing(engine, path, context)) return Unpacked();
  auto archive = Archive::make(plan.spool_folder + "/work");
  if (!archive) return std::move(archive).error();
  auto request = kept_request(engine, path);
  request.body_sink = into(*archive, limits);
  auto fetched = engine.call(std::move(request), "seat " + seat.name + ": what it left", context);
  const bool removed_folder = !fetched && fetched.error().code == ErrorCode::not_found;
  if (!fetched && !removed_folder) return std::move(fetched).error();
  if (plan.follow_output)  // what was there once and is not in the end
    if (const auto stays = remove_tree(plan.spool_folder + "/output"))
      return system_error(stays->error_number, "remove " + stays->path, "spool");
  if (removed_folder) return Unpacked();
  return unpack_kept(*archive, plan.spool_folder, *limits.artifact_bytes, Kept::all);
}

}  // namespace matchrunner::docker
