// SPDX-License-Identifier: Apache-2.0
// What a match says of itself, its seats and its artifacts.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

const char* text_of_outcome(const mr_match* match, std::string Outcome::*text) {
  const Match* value = match == nullptr ? nullptr : &mr_match::of(match);
  return value != nullptr && value->outcome ? ((*value->outcome).*text).c_str() : "";
}

}  // namespace

const char* mr_match_id(const mr_match* match) { return text_of(match, &Match::id); }

mr_state mr_match_state(const mr_match* match) {
  return number_of(match, [](const Match& value) { return to_number(value.state); });
}

mr_flag mr_match_entered_at(int64_t* microseconds, const mr_match* match, mr_state state) {
  return optional_of(microseconds, match, [&](const Match& value) -> std::optional<std::int64_t> {
    for (const StateTime& entry : value.times)
      if (to_number(entry.state) == state) return entry.at.time_since_epoch().count();
    return std::nullopt;
  });
}

const mr_game* mr_match_game(const mr_match* match) {
  return number_of(match, [](const Match& value) { return mr_game::lend(value.game); });
}

uint32_t mr_match_attempt(const mr_match* match) { return number_of(match, &Match::attempt); }

mr_result mr_match_result(const mr_match* match) {
  return number_of(match,
                   [](const Match& value) { return value.outcome ? to_number(value.outcome->result) : mr_result{0}; });
}

mr_fault mr_match_fault(const mr_match* match) {
  return number_of(match, [](const Match& value) {
    return value.outcome ? static_cast<mr_fault>(value.outcome->fault) : mr_fault{MR_FAULT_NONE};
  });
}

const char* mr_match_reason(const mr_match* match) { return text_of_outcome(match, &Outcome::reason); }

const char* mr_match_summary(const mr_match* match) { return text_of_outcome(match, &Outcome::summary); }

size_t mr_match_seat_count(const mr_match* match) {
  return number_of(match, [](const Match& value) { return value.outcome ? value.outcome->seats.size() : 0; });
}

const mr_seat_outcome* mr_match_seat(const mr_match* match, size_t index) {
  return number_of(match, [&](const Match& value) {
    return value.outcome ? lend_row<mr_seat_outcome>(value.outcome->seats, index) : nullptr;
  });
}

size_t mr_match_artifact_count(const mr_match* match) {
  return number_of(match, [](const Match& value) { return value.artifacts.size(); });
}

const mr_artifact* mr_match_artifact(const mr_match* match, size_t index) {
  return number_of(match, [&](const Match& value) { return lend_row<mr_artifact>(value.artifacts, index); });
}

mr_code mr_match_json(mr_buffer** out, const mr_match* match, mr_error** error) {
  return produce(out, error, {{match, "match"}}, [&]() -> Result<std::string> { return to_json(mr_match::of(match)); });
}

void mr_match_free(mr_match* match) { mr_match::free(match); }

size_t mr_match_list_count(const mr_match_list* list) {
  return number_of(list, [](const MatchPage& page) { return page.matches.size(); });
}

const mr_match* mr_match_list_at(const mr_match_list* list, size_t index) {
  return number_of(list, [&](const MatchPage& page) { return lend_row<mr_match>(page.matches, index); });
}

const char* mr_match_list_next(const mr_match_list* list) { return text_of(list, &MatchPage::next); }

void mr_match_list_free(mr_match_list* list) { mr_match_list::free(list); }

const char* mr_seat_outcome_name(const mr_seat_outcome* seat) { return text_of(seat, &SeatOutcome::name); }

mr_verdict mr_seat_outcome_verdict(const mr_seat_outcome* seat) {
  return number_of(seat, [](const SeatOutcome& value) { return to_number(value.verdict); });
}

mr_flag mr_seat_outcome_exit_code(int32_t* exit_code, const mr_seat_outcome* seat) {
  return optional_of(exit_code, seat, &SeatOutcome::exit_code);
}

mr_flag mr_seat_outcome_signal(int32_t* signal, const mr_seat_outcome* seat) {
  return optional_of(signal, seat, &SeatOutcome::signal);
}

mr_flag mr_seat_outcome_score(double* score, const mr_seat_outcome* seat) {
  return optional_of(score, seat, &SeatOutcome::score);
}

mr_flag mr_seat_outcome_truncated(const mr_seat_outcome* seat) { return flag_of(seat, &SeatOutcome::truncated); }

double mr_seat_outcome_cpu_seconds(const mr_seat_outcome* seat) { return number_of(seat, &SeatOutcome::cpu_seconds); }

double mr_seat_outcome_wall_seconds(const mr_seat_outcome* seat) { return number_of(seat, &SeatOutcome::wall_seconds); }

uint64_t mr_seat_outcome_peak_memory_bytes(const mr_seat_outcome* seat) {
  return number_of(seat, &SeatOutcome::peak_memory_bytes);
}

uint32_t mr_seat_outcome_processes(const mr_seat_outcome* seat) { return number_of(seat, &SeatOutcome::processes); }

uint64_t mr_seat_outcome_output_bytes(const mr_seat_outcome* seat) {
  return number_of(seat, &SeatOutcome::output_bytes);
}

const char* mr_seat_outcome_limit(const mr_seat_outcome* seat) { return text_of(seat, &SeatOutcome::limit); }

mr_flag mr_seat_outcome_limit_value(double* value, const mr_seat_outcome* seat) {
  return optional_of(value, seat, &SeatOutcome::limit_value);
}

mr_fault mr_seat_outcome_fault(const mr_seat_outcome* seat) {
  return number_of(seat, [](const SeatOutcome& value) { return static_cast<mr_fault>(value.fault); });
}

const char* mr_seat_outcome_stderr_tail(const mr_seat_outcome* seat) {
  return text_of(seat, &SeatOutcome::stderr_tail);
}

const char* mr_seat_outcome_detail(const mr_seat_outcome* seat) { return text_of(seat, &SeatOutcome::detail); }

const char* mr_artifact_name(const mr_artifact* artifact) { return text_of(artifact, &Artifact::name); }

const char* mr_artifact_uri(const mr_artifact* artifact) { return text_of(artifact, &Artifact::uri); }

uint64_t mr_artifact_bytes(const mr_artifact* artifact) { return number_of(artifact, &Artifact::bytes); }

const char* mr_artifact_sha256(const mr_artifact* artifact) { return text_of(artifact, &Artifact::sha256); }

mr_flag mr_artifact_missing(const mr_artifact* artifact) { return flag_of(artifact, &Artifact::missing); }
