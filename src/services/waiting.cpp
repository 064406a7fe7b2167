// SPDX-License-Identifier: Apache-2.0
#include "services/waiting.hpp"

#include <algorithm>
#include <limits>

#include "codec/match_record.hpp"
#include "codec/sink_record.hpp"

namespace matchrunner {

Result<std::vector<OutboxStatus>> waiting_events(StateStore& store, const Context& context) {
  RecordQuery query;
  query.kind = "sink";
  query.limit = 1000;
  const auto page = store.list(query, context);
  if (!page) return page.error();
  EventQuery end;
  end.after = std::numeric_limits<std::uint64_t>::max();
  const auto journal = store.events(end, context);
  if (!journal) return journal.error();
  std::vector<OutboxStatus> sinks;
  for (const Record& record : page->records) {
    const auto cursor = sink_cursor_from(record);
    if (!cursor) return cursor.error();
    const std::uint64_t head = std::max(journal->next_after, cursor->published);
    sinks.push_back({cursor->name, cursor->published, head - cursor->published, cursor->last_error, cursor->failures,
                     cursor->failing_since, cursor->next_attempt_at});
  }
  return sinks;
}

Result<std::vector<WaitingArtifacts>> waiting_artifacts(StateStore& store, const Context& context) {
  RecordQuery query;
  query.kind = "match";
  for (const MatchState state : match_terminals) query.states.emplace_back(to_string(state));
  query.due_before = Time::max();
  query.limit = 1000;
  std::vector<WaitingArtifacts> all;
  do {
    const auto page = store.list(query, context);
    if (!page) return page.error();
    for (const Record& record : page->records) {
      const auto match = match_from(record);
      if (!match) return match.error();
      WaitingArtifacts& waiting = all.emplace_back();
      waiting.match = match->id;
      waiting.waiting = static_cast<std::uint64_t>(
          std::count_if(match->artifacts.begin(), match->artifacts.end(),
                        [](const Artifact& artifact) { return artifact.uri.empty() && !artifact.missing; }));
      waiting.last_error = match->store_error;
      waiting.host = match->spool_host;
      if (!match->times.empty()) waiting.since = match->times.back().at;
      waiting.next_attempt_at = record.due_at;
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return all;
}

}  // namespace matchrunner
