// SPDX-License-Identifier: Apache-2.0
// What an executor written in C reads and fills in: the plan, endpoints and reports.
#include "matchrunner/domain/match_plan.hpp"

#include "guard.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// Each poll has room for one report.
Result<void> put_report(mr_run_report* report, RunReport content) {
  auto& place = mr_run_report::of(report);
  if (place) return Error{ErrorCode::conflict, "the report is filled already; give the next one to the next poll"};
  place = std::move(content);
  return {};
}

Result<SeatReport> seat_of(const mr_seat_report& given) {
  const auto read = read_struct(given, mr_seat_report MR_SEAT_REPORT_INIT, "seat");
  if (!read) return read.error();
  if (auto named = check({{read->seat, "seat.seat"}}); !named) return named.error();
  const auto verdict = from_number(verdicts, read->verdict);
  if (!verdict)
    return Error{ErrorCode::invalid_argument,
                 "seat.verdict: expected MR_VERDICT_*, found " + std::to_string(read->verdict)};
  SeatReport seat;
  seat.seat = read->seat;
  seat.verdict = *verdict;
  if (read->has_exit_code != 0) seat.exit_code = read->exit_code;
  if (read->has_signal != 0) seat.signal = read->signal;
  seat.truncated = read->truncated != 0;
  seat.cpu_seconds = read->cpu_seconds;
  seat.wall_seconds = read->wall_seconds;
  seat.peak_memory_bytes = read->peak_memory_bytes;
  seat.processes = read->processes;
  seat.output_bytes = read->output_bytes;
  seat.limit = text_or_empty(read->limit);
  if (!seat.limit.empty()) seat.limit_value = read->limit_value;
  seat.detail = text_or_empty(read->detail);
  return seat;
}

}  // namespace

const char* mr_match_plan_match_id(const mr_match_plan* plan) { return text_of(plan, &MatchPlan::match_id); }

const char* mr_match_plan_unique_id(const mr_match_plan* plan) { return text_of(plan, &MatchPlan::unique_id); }

uint64_t mr_match_plan_epoch(const mr_match_plan* plan) { return number_of(plan, &MatchPlan::epoch); }

const mr_game* mr_match_plan_game(const mr_match_plan* plan) {
  return number_of(plan, [](const MatchPlan& value) { return mr_game::lend(value.game); });
}

const char* mr_match_plan_spool_folder(const mr_match_plan* plan) { return text_of(plan, &MatchPlan::spool_folder); }

int64_t mr_match_plan_grace_ms(const mr_match_plan* plan) {
  return number_of(plan, [](const MatchPlan& value) { return std::int64_t{value.grace.count()}; });
}

mr_flag mr_match_plan_follow_output(const mr_match_plan* plan) { return flag_of(plan, &MatchPlan::follow_output); }

uint64_t mr_match_plan_lines_told(const mr_match_plan* plan) { return number_of(plan, &MatchPlan::lines_told); }

int64_t mr_match_plan_lease_deadline_ns(const mr_match_plan* plan) {
  return number_of(
      plan, [](const MatchPlan& value) { return std::int64_t{value.lease_deadline.time_since_epoch().count()}; });
}

mr_code mr_match_plan_tell(const mr_match_plan* plan, const char* seat, const char* what, const char* step,
                           uint64_t bytes, uint64_t total_bytes, mr_error** error) {
  return perform(error, {{plan, "plan"}, {seat, "seat"}}, [&]() -> Result<void> {
    const MatchPlan& value = mr_match_plan::of(plan);
    if (value.tell) value.tell({seat, text_or_empty(what), text_or_empty(step), bytes, total_bytes});
    return {};
  });
}

mr_code mr_match_plan_tell_start(const mr_match_plan* plan, const char* seat, mr_flag ready, mr_error** error) {
  return perform(error, {{plan, "plan"}, {seat, "seat"}}, [&]() -> Result<void> {
    const MatchPlan& value = mr_match_plan::of(plan);
    if (value.tell_start) value.tell_start({seat, ready != 0});
    return {};
  });
}

mr_code mr_endpoint_list_add(mr_endpoint_list* endpoints, const char* seat, const char* host, uint16_t port,
                             int64_t pid, mr_error** error) {
  return perform(error, {{endpoints, "endpoints"}, {seat, "seat"}}, [&]() -> Result<void> {
    mr_endpoint_list::of(endpoints).push_back({seat, text_or_empty(host), port, pid});
    return {};
  });
}

mr_code mr_run_report_line(mr_run_report* report, const char* json, size_t length, mr_error** error) {
  return perform(error, {{report, "report"}, {json, "json"}}, [&] {
    RunReport content;
    content.kind = RunReport::Kind::line;
    content.text.assign(json, length);
    return put_report(report, std::move(content));
  });
}

mr_code mr_run_report_dropped(mr_run_report* report, uint64_t lines, mr_error** error) {
  return perform(error, {{report, "report"}}, [&] {
    RunReport content;
    content.kind = RunReport::Kind::dropped;
    content.dropped_lines = lines;
    return put_report(report, std::move(content));
  });
}

mr_code mr_run_report_seat_ended(mr_run_report* report, const mr_seat_report* seat, mr_error** error) {
  return perform(error, {{report, "report"}, {seat, "seat"}}, [&]() -> Result<void> {
    auto read = seat_of(*seat);
    if (!read) return std::move(read).error();
    RunReport content;
    content.kind = RunReport::Kind::seat_ended;
    content.seat = *std::move(read);
    return put_report(report, std::move(content));
  });
}

mr_code mr_run_report_ended(mr_run_report* report, const char* infrastructure_error, mr_error** error) {
  return perform(error, {{report, "report"}}, [&] {
    RunReport content;
    content.kind = RunReport::Kind::ended;
    content.infrastructure_error = text_or_empty(infrastructure_error);
    return put_report(report, std::move(content));
  });
}
