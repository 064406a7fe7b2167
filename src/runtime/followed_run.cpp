// SPDX-License-Identifier: Apache-2.0
// A file is the buffer of its stream: what has not gone yet stands there, so that a slow target costs no memory and
// slows nobody. States of a part:
//   begun     no writer: none was opened yet, or the last one failed. The next goes on where its token leads, or at 0
//   going     bytes go to the writer as the file grows
//   done      the run has ended, all bytes went and the writer was closed
// Killed in any of them, a run that goes on elsewhere begins its streams at 0 under its own epoch.
#include "runtime/followed_run.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/system_error.hpp"
#include "base/wildcard.hpp"
#include "matchrunner/open.hpp"
#include "runtime/spool.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t piece_bytes = 256 << 10;
constexpr std::size_t most_parts = 200;
constexpr milliseconds piece_patience{2000};  // others wait meanwhile
constexpr milliseconds tend_every{1000};
constexpr std::string_view events_start = "events/";

bool in_journal(const std::string& name) { return name.starts_with(events_start); }

bool is_for(const std::string& pattern, const std::string& name) {
  return in_journal(pattern) == in_journal(name) && matches_wildcard(name, pattern);
}

}  // namespace

FollowedRun::FollowedRun(const Match& match, StreamList streams, const std::string& folder)
    : match_(match.id),
      epoch_(match.epoch),
      run_folder_(match.spool_folder),
      streams_(std::move(streams)),
      events_(match.id, match.epoch, folder) {}

bool FollowedRun::wants(const std::string& name) const {
  return std::any_of(streams_.begin(), streams_.end(), [&](const auto& stream) { return is_for(stream.first, name); });
}

std::vector<std::string> FollowedRun::names_so_far() const {
  auto spooled = spooled_artifacts(run_folder_);
  std::vector<std::string> names = spooled ? std::move(spooled->names) : std::vector<std::string>();
  std::erase_if(names, [this](const std::string& name) { return !wants(name); });
  return names;
}

void FollowedRun::end() {
  const Lock lock(mutex_);
  if (ended_) return;
  ended_ = true;
  std::vector<std::string> names = names_so_far();
  if (names.size() > most_parts) names.resize(most_parts);
  for (const std::string& name : names)
    if (auto file = open_spooled(run_folder_, name)) files_.emplace(name, *std::move(file));
}

bool FollowedRun::ended() const {
  const Lock lock(mutex_);
  return ended_;
}

void FollowedRun::add_parts(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    for (const auto& stream : streams_) {
      if (!is_for(stream.first, name)) continue;
      const bool known = std::any_of(parts_.begin(), parts_.end(),
                                     [&](const Part& part) { return part.name == name && part.url == stream.second; });
      if (!known && parts_.size() < most_parts) parts_.push_back({stream.second, name});
    }
}

// Of a run that goes on a file is opened for each look: who writes it may put another in its place.
int FollowedRun::file_of(const Part& part, UniqueFd& opened) const {
  if (in_journal(part.name)) {
    const auto found = events_.files().find(part.name);
    return found == events_.files().end() ? -1 : found->second.get();
  }
  {
    const Lock lock(mutex_);
    if (ended_) {
      const auto found = files_.find(part.name);
      return found == files_.end() ? -1 : found->second.get();
    }
  }
  auto file = open_spooled(run_folder_, part.name);
  if (file) opened = *std::move(file);
  return opened.get();
}

bool FollowedRun::reads_journal() const {
  return std::any_of(streams_.begin(), streams_.end(), [](const auto& stream) { return in_journal(stream.first); });
}

bool FollowedRun::advance(StateStore& store, std::uint64_t head, StreamTargets& targets) {
  const bool ended = this->ended();
  if (reads_journal()) events_.read_on(store, head, [this](const std::string& name) { return wants(name); });
  std::vector<std::string> names;
  for (const auto& [name, file] : events_.files()) names.push_back(name);
  if (!ended) {
    for (std::string& name : names_so_far()) names.push_back(std::move(name));
  } else if (!saw_end_) {
    const Lock lock(mutex_);
    for (const auto& [name, file] : files_) names.push_back(name);
  }
  add_parts(names);
  saw_end_ = ended;
  bool more = false;
  for (Part& part : parts_)
    if (!part.done && targets.ready(part.url)) more = advance(part, targets, ended) || more;
  return more;
}

bool FollowedRun::advance(Part& part, StreamTargets& targets, bool ended) {
  UniqueFd opened;
  const int file = file_of(part, opened);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) {
    if (part.error.empty()) part.error = "its file is gone";
    return false;
  }
  part.size = static_cast<std::uint64_t>(status.st_size);
  const bool is_last = ended && (!in_journal(part.name) || events_.over());
  const auto began = targets.now();
  const bool waits = part.writer && part.sent >= part.size && !is_last;
  if (waits && began - part.tended < tend_every) return false;
  auto sent = waits ? tend(part) : send_piece(part, file, targets, is_last);
  part.tended = began;
  targets.note(part.url, !sent, began);
  if (sent) return *sent;
  part.error = sent.error().describe();
  part.writer.reset();
  return false;
}

// Where nothing grows: what was sent may have been confirmed since, and a connection wants to be kept.
Result<bool> FollowedRun::tend(Part& part) {
  if (auto kept = part.writer->write({}, Context::within(piece_patience)); !kept) return kept.error();
  part.token = part.writer->resume_token();
  part.confirmed = part.writer->offset();
  return false;
}

Result<bool> FollowedRun::send_piece(Part& part, int file, StreamTargets& targets, bool is_last) {
  const Context context = Context::within(piece_patience);
  if (!part.writer) {
    const auto sink = targets.get(part.url);
    if (!sink) return sink.error();
    auto writer = (*sink)->open({match_, epoch_, part.name}, part.token, context);
    if (!writer && writer.error().code == ErrorCode::not_found && !part.token.empty()) part.token.clear();
    if (!writer) return writer.error();
    part.writer = *std::move(writer);
    part.sent = part.writer->offset();
  }
  std::string piece(piece_bytes, '\0');
  ssize_t got = -1;
  do got = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(part.sent));
  while (got < 0 && errno == EINTR);
  if (got < 0) return system_error(errno, "cannot read " + part.name, "spool");
  if (got > 0) {
    piece.resize(static_cast<std::size_t>(got));
    if (auto written = part.writer->write(as_bytes(piece), context); !written) return written.error();
    part.sent += piece.size();
    part.token = part.writer->resume_token();
    part.confirmed = part.writer->offset();
    return true;
  }
  if (!is_last) return false;
  if (auto closed = part.writer->close(context); !closed) return closed.error();
  part.writer.reset();
  part.confirmed = part.sent;
  part.done = true;
  return false;
}

bool FollowedRun::complete() const {
  if (!saw_end_) return false;
  if (reads_journal() && !events_.over()) return false;
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.done; });
}

std::vector<StreamOutcome> FollowedRun::outcomes() const {
  std::vector<StreamOutcome> all;
  for (const Part& part : parts_) {
    const std::uint64_t dropped = part.done ? 0 : part.size - std::min(part.size, part.confirmed);
    all.push_back({bare_url(part.url), part.name, part.confirmed, dropped, dropped > 0 ? part.error : ""});
  }
  return all;
}

}  // namespace matchrunner
