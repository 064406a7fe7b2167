// SPDX-License-Identifier: Apache-2.0
// Submitting, finding, stopping and awaiting matches.
#include "guard.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"
#include "stop.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

Result<MatchFilter> filter_of(const mr_match_filter* given) {
  MatchFilter filter;
  if (given == nullptr) return filter;
  const auto read = read_struct(*given, mr_match_filter MR_MATCH_FILTER_INIT, "filter");
  if (!read) return read.error();
  if (read->limit != 0) filter.limit = read->limit;
  if (read->state_count != 0 && read->states == nullptr)
    return Error{ErrorCode::invalid_argument, "filter.states: NULL"};
  for (std::size_t i = 0; i < read->state_count; ++i) {
    const auto state = from_number(match_states, read->states[i]);
    if (!state)
      return Error{ErrorCode::invalid_argument,
                   "filter.states: expected MR_MATCH_*, found " + std::to_string(read->states[i])};
    filter.states.push_back(*state);
  }
  filter.game = text_or_empty(read->game);
  filter.cursor = text_or_empty(read->cursor);
  return filter;
}

}  // namespace

mr_code mr_runner_submit_match(mr_match** out, mr_runner* runner, const char* json, size_t length, const char* folder,
                               mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {json, "json"}}, [&]() -> Result<Match> {
    auto request = parse_match_request({json, length}, text_or_empty(folder));
    if (!request) return std::move(request).error();
    return mr_runner::of(runner).submit_match(*request);
  });
}

mr_code mr_runner_find_match(mr_match** out, mr_runner* runner, const char* id, mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {id, "id"}}, [&] { return mr_runner::of(runner).find_match(id); });
}

mr_code mr_runner_get_match(mr_match** out, mr_runner* runner, const char* id, mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {id, "id"}}, [&] { return mr_runner::of(runner).get_match(id); });
}

mr_code mr_runner_list_matches(mr_match_list** out, mr_runner* runner, const mr_match_filter* filter,
                               mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&]() -> Result<MatchPage> {
    const auto read = filter_of(filter);
    if (!read) return read.error();
    return mr_runner::of(runner).list_matches(*read);
  });
}

mr_code mr_runner_stop_match(mr_match** out, mr_runner* runner, const char* id, const char* reason, mr_error** error) {
  return produce_if_wanted(out, error, {{runner, "runner"}, {id, "id"}},
                           [&] { return mr_runner::of(runner).stop_match(id, text_or_empty(reason)); });
}

mr_code mr_runner_wait_match(mr_match** out, mr_runner* runner, const char* id, mr_wait_for what, int64_t timeout_ms,
                             const mr_stop* stop, mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {id, "id"}}, [&]() -> Result<Match> {
    if (what != MR_WAIT_FOR_OUTCOME && what != MR_WAIT_FOR_ARTIFACTS)
      return Error{ErrorCode::invalid_argument, "what: expected MR_WAIT_FOR_*, found " + std::to_string(what)};
    return mr_runner::of(runner).wait_match(id, context_of(timeout_ms, stop),
                                            what == MR_WAIT_FOR_OUTCOME ? WaitFor::outcome : WaitFor::artifacts);
  });
}
