// SPDX-License-Identifier: Apache-2.0
#include "runtime/log_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/system_error.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t largest_chunk = std::size_t{1} << 20;

Result<std::string> read_spool(const std::string& run_folder, const std::string& name, std::uint64_t offset,
                               std::size_t size) {
  const auto file = open_spooled(run_folder, name);
  if (!file) return file.error();
  std::string bytes(size, '\0');
  ssize_t got = -1;
  do got = ::pread(file->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  while (got < 0 && errno == EINTR);
  if (got < 0) return system_error(errno, "cannot read " + name, "spool");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

Result<LogChunk> read_log(RunnerState& state, const std::string& id, const std::string& name, std::uint64_t offset,
                          std::size_t size) {
  const Context context = Context::within(store_patience);
  size = std::clamp(size, std::size_t{1}, largest_chunk);
  const auto stored = state.ledger.get(id, context);
  if (!stored) return stored.error();
  const Match& match = stored->match;
  const auto artifact = std::find_if(match.artifacts.begin(), match.artifacts.end(),
                                     [&](const Artifact& one) { return one.name == name; });
  const bool listed = artifact != match.artifacts.end();
  const bool ended = is_terminal(match.state);
  const bool spooled = match.spool_host == state.host_name && !match.spool_folder.empty() &&
                       (!ended || (listed && !match.store_error.empty()));

  Result<std::string> bytes = std::string();
  if (listed && !artifact->uri.empty()) {
    const auto sink = sink_of(state, match, name);
    if (!sink) return sink.error();
    bytes = (*sink)->read(artifact->uri, offset, size, context);
    if (!bytes && bytes.error().code == ErrorCode::not_found)
      bytes =
          Error{ErrorCode::not_found,
                name + " of match " + id + " was kept at " + artifact->uri + ", where the artifact sink finds nothing",
                "runner"};
  } else if (spooled) {
    bytes = read_spool(match.spool_folder, name, offset, size);
    const bool not_yet = !bytes && bytes.error().code == ErrorCode::not_found && !ended;
    if (not_yet) bytes = std::string();
  } else if (ended) {
    return Error{ErrorCode::not_found, "match " + id + " has no artifact named \"" + name + "\"", "runner"};
  }
  if (!bytes) return bytes.error();
  LogChunk chunk;
  chunk.next_offset = offset + bytes->size();
  chunk.finished = ended && bytes->empty();
  chunk.bytes = *std::move(bytes);
  for (const StateTime& entered : match.times)
    if (entered.state == MatchState::preparing) chunk.claimed_at = entered.at;
  return chunk;
}

}  // namespace matchrunner
