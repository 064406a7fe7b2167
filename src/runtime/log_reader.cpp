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

const Artifact* artifact_of(const Match& match, const std::string& name) {
  const auto found = std::find_if(match.artifacts.begin(), match.artifacts.end(),
                                  [&](const Artifact& one) { return one.name == name; });
  return found == match.artifacts.end() ? nullptr : &*found;
}

Error no_artifact(const std::string& id, const std::string& name) {
  return {ErrorCode::not_found, "match " + id + " has no artifact named \"" + name + "\"", "runner"};
}

// What its sink says, and where it was kept when that sink does not know it.
template <class T>
Result<T> told_of(Result<T> answer, const std::string& id, const Artifact& artifact) {
  if (answer || answer.error().code != ErrorCode::not_found) return answer;
  return Error{
      ErrorCode::not_found,
      artifact.name + " of match " + id + " was kept at " + artifact.uri + ", where the artifact sink finds nothing",
      "runner"};
}

}  // namespace

Result<LogChunk> read_log(RunnerState& state, const std::string& id, const std::string& name, std::uint64_t offset,
                          std::size_t size) {
  const Context context = Context::within(store_patience);
  size = std::clamp(size, std::size_t{1}, largest_chunk);
  const auto stored = state.ledger.get(id, context);
  if (!stored) return stored.error();
  const Match& match = stored->match;
  const Artifact* const artifact = artifact_of(match, name);
  const bool ended = is_terminal(match.state);
  const bool spooled = match.spool_host == state.host_name && !match.spool_folder.empty() &&
                       (!ended || (artifact != nullptr && !match.store_error.empty()));

  Result<std::string> bytes = std::string();
  if (artifact != nullptr && !artifact->uri.empty()) {
    const auto sink = sink_of(state, match, name);
    if (!sink) return sink.error();
    bytes = told_of((*sink)->read(artifact->uri, offset, size, context), id, *artifact);
  } else if (spooled) {
    bytes = read_spool(match.spool_folder, name, offset, size);
    const bool not_yet = !bytes && bytes.error().code == ErrorCode::not_found && !ended;
    if (not_yet) bytes = std::string();
  } else if (ended) {
    return no_artifact(id, name);
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

Result<std::string> link_artifact(RunnerState& state, const std::string& id, const std::string& name,
                                  milliseconds valid_for) {
  if (valid_for <= milliseconds::zero())
    return Error{ErrorCode::invalid_argument,
                 "valid_for: expected more than 0 ms, found " + std::to_string(valid_for.count()), "runner"};
  const Context context = Context::within(store_patience);
  const auto stored = state.ledger.get(id, context);
  if (!stored) return stored.error();
  const Match& match = stored->match;
  const Artifact* const artifact = artifact_of(match, name);
  if (artifact == nullptr && is_terminal(match.state)) return no_artifact(id, name);
  if (artifact == nullptr || artifact->uri.empty())
    return Error{ErrorCode::conflict, name + " of match " + id + " is not stored yet", "runner"};
  const auto sink = sink_of(state, match, name);
  if (!sink) return sink.error();
  return told_of((*sink)->link(artifact->uri, valid_for, context), id, *artifact);
}

}  // namespace matchrunner
