// SPDX-License-Identifier: Apache-2.0
// The version, and the words of the numbers in the C header.
#include "matchrunner/base/result.hpp"
#include "matchrunner/version.hpp"
#include "read_handle.hpp"

using namespace matchrunner;
using capi::to_number;

static_assert(MR_MATCH_QUEUED == to_number(MatchState::queued));
static_assert(MR_MATCH_PREPARING == to_number(MatchState::preparing));
static_assert(MR_MATCH_STARTING == to_number(MatchState::starting));
static_assert(MR_MATCH_RUNNING == to_number(MatchState::running));
static_assert(MR_MATCH_COLLECTING == to_number(MatchState::collecting));
static_assert(MR_MATCH_FINISHED == to_number(MatchState::finished));
static_assert(MR_MATCH_FAILED == to_number(MatchState::failed));
static_assert(MR_MATCH_STOPPED == to_number(MatchState::stopped));
static_assert(MR_MATCH_RETURNED == to_number(MatchState::returned));

static_assert(MR_RESULT_COMPLETED == to_number(MatchResult::completed));
static_assert(MR_RESULT_STOPPED == to_number(MatchResult::stopped));
static_assert(MR_RESULT_FAILED == to_number(MatchResult::failed));

static_assert(MR_FAULT_NONE == static_cast<int>(Fault::none));  // a word of its own, so it is the 0
static_assert(MR_FAULT_SEAT == static_cast<int>(Fault::seat));
static_assert(MR_FAULT_REFEREE == static_cast<int>(Fault::referee));
static_assert(MR_FAULT_INFRASTRUCTURE == static_cast<int>(Fault::infrastructure));

static_assert(MR_VERDICT_OK == to_number(Verdict::ok));
static_assert(MR_VERDICT_TIMEOUT == to_number(Verdict::timeout));
static_assert(MR_VERDICT_MEMORY == to_number(Verdict::memory));
static_assert(MR_VERDICT_OUTPUT_LIMIT == to_number(Verdict::output_limit));
static_assert(MR_VERDICT_CRASHED == to_number(Verdict::crashed));
static_assert(MR_VERDICT_EXITED == to_number(Verdict::exited));
static_assert(MR_VERDICT_KILLED == to_number(Verdict::killed));
static_assert(MR_VERDICT_NOT_STARTED == to_number(Verdict::not_started));
static_assert(MR_VERDICT_NOT_READY == to_number(Verdict::not_ready));

static_assert(MR_ROLE_REFEREE == to_number(SeatRole::referee));
static_assert(MR_ROLE_PLAYER == to_number(SeatRole::player));
static_assert(MR_ROLE_PROGRAM == to_number(SeatRole::program));
static_assert(MR_ROLE_SERVER == to_number(SeatRole::server));

static_assert(MR_WIRING_NONE == to_number(Wiring::none));
static_assert(MR_WIRING_STDIO == to_number(Wiring::stdio));
static_assert(MR_WIRING_NETWORK == to_number(Wiring::network));

static_assert(MR_WAIT_FOR_OUTCOME == to_number(WaitFor::outcome));
static_assert(MR_WAIT_FOR_ARTIFACTS == to_number(WaitFor::artifacts));

namespace {

// The words of the tables are literals, so a NUL stands behind each.
template <class Enum, std::size_t N>
const char* word_of(const std::array<Name<Enum>, N>& names, std::uint8_t number) {
  const auto value = capi::from_number(names, number);
  return value ? name_of(names, *value).data() : "";
}

}  // namespace

const char* mr_version(void) { return MATCHRUNNER_VERSION; }

const char* mr_code_name(mr_code code) {
  for (const auto& row : error_code_names)
    if (static_cast<mr_code>(row.code) == code) return row.name.data();
  return code == MR_OK ? "ok" : "";
}

const char* mr_match_state_name(mr_state state) { return word_of(match_states, state); }

const char* mr_result_name(mr_result result) { return word_of(match_results, result); }

const char* mr_fault_name(mr_fault fault) { return word_of(faults, static_cast<std::uint8_t>(fault + 1)); }

const char* mr_verdict_name(mr_verdict verdict) { return word_of(verdicts, verdict); }
