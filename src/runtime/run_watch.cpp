// SPDX-License-Identifier: Apache-2.0
#include "runtime/run_watch.hpp"

#include <algorithm>

#include "codec/event_body.hpp"
#include "codec/seat_output.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t events_a_commit = 200;

}  // namespace

std::optional<RunWatch::End> RunWatch::look_up() {
  Lease& lease = claim_.lease();
  if (lease.has(Signal::lost) || lease.has(Signal::closing) || state_.clocks.boot() >= lease.deadline())
    return End::abandoned;
  for (const Signal why : {Signal::stop_requested, Signal::deadline_passed})
    if (!asked_ && lease.has(why)) {
      asked_ = why;
      if (auto stopped = run_.stop(grace_); !stopped) return lose(stopped.error());
    }
  if (told_deadline_ != lease.deadline()) {
    told_deadline_ = lease.deadline();
    if (auto extended = run_.extend_lease(told_deadline_); !extended) return lose(extended.error());
  }
  return std::nullopt;
}

RunWatch::End RunWatch::lose(const Error& error) {
  infrastructure_error_ = error.describe();
  return End::lost;
}

std::optional<RunWatch::End> RunWatch::take(const RunReport& report, std::vector<Event>& events) {
  switch (report.kind) {
    case RunReport::Kind::line: {
      auto line = parse_event_line(report.text);
      events.push_back(line ? match_event(claim_.match(), line->type, line->body)
                            : match_event(claim_.match(), "bad_line", text_body({{"error", line.error().message}})));
      return std::nullopt;
    }
    case RunReport::Kind::dropped:
      events.push_back(match_event(claim_.match(), "dropped", dropped_body(report.dropped_lines)));
      return std::nullopt;
    case RunReport::Kind::seat_ended:
      seats_.push_back(report.seat);
      if (SeatReport& seat = seats_.back(); seat.stderr_tail.empty())
        seat.stderr_tail = log_tail(claim_.match().spool_folder, "logs/" + seat.seat + ".stderr");
      if (std::find(told_.begin(), told_.end(), report.seat.seat) == told_.end())
        events.push_back(match_event(claim_.match(), "seat_ended", seat_ended_body(seats_.back())));
      return std::nullopt;
    case RunReport::Kind::ended:
      break;
  }
  infrastructure_error_ = report.infrastructure_error;
  return End::ended;
}

void RunWatch::note(std::vector<Event> events) {
  if (events.empty()) return;
  MatchChange change;
  change.events = std::move(events);
  // A journal that cannot be written shows when the outcome is: the lease is then lost or the match given up.
  [[maybe_unused]] const auto noted = claim_.commit(change);
}

std::optional<RunWatch::End> RunWatch::look() {
  const std::stop_token token = claim_.lease().next_signal();
  if (const auto end = look_up()) return end;
  std::vector<Event> events;
  std::optional<End> end;
  auto report = run_.poll(Context::within(std::min(state_.options.lease / 10, milliseconds(1000)), token));
  while (report && *report) {  // what else is there already goes into the same commit
    end = take(**report, events);
    if (end || events.size() >= events_a_commit) break;
    if (end = look_up(); end) break;  // each may have taken a while, and its lease goes on
    report = run_.poll(Context::within(milliseconds(0)));
  }
  note(std::move(events));
  if (end) return end;
  if (!report && report.error().code != ErrorCode::cancelled && report.error().code != ErrorCode::timeout) {
    infrastructure_error_ = report.error().describe();
    return report.error().code == ErrorCode::unavailable ? End::lost : End::ended;
  }
  return std::nullopt;
}

}  // namespace matchrunner
