// SPDX-License-Identifier: Apache-2.0
#include "services/pruning.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "codec/match_record.hpp"
#include "codec/sink_record.hpp"

namespace matchrunner {
namespace {

// Of the matches that `query` finds, none loses its first event.
Result<void> keep_begun(StateStore& store, RecordQuery query, const std::map<std::string, std::uint64_t>& begun,
                        std::uint64_t& through, const Context& context) {
  query.kind = "match";
  query.limit = 1000;
  do {
    const auto page = store.list(query, context);
    if (!page) return page.error();
    for (const Record& record : page->records)
      if (const auto first = begun.find(record.id); first != begun.end())
        through = std::min(through, first->second - 1);
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return {};
}

}  // namespace

Result<std::uint64_t> prune_matches(
    StateStore& store, Time before,
    const std::function<Result<void>(const Match& match, const Artifact& artifact)>& remove_artifact,
    const Context& context) {
  RecordQuery query;
  query.kind = "match";
  for (const MatchState state : match_terminals) query.states.emplace_back(to_string(state));
  std::uint64_t removed = 0;
  do {
    const auto page = store.list(query, context);
    if (!page) return page.error();
    for (const Record& record : page->records) {
      const auto match = match_from(record);
      if (!match) return match.error();
      const bool old = !match->times.empty() && match->times.back().at < before;
      if (!old || !match->store_error.empty()) continue;
      for (const Artifact& artifact : match->artifacts)
        if (!artifact.uri.empty())
          if (auto gone = remove_artifact(*match, artifact); !gone) return gone.error();
      Write write{record};
      write.remove = true;
      Event event;
      event.kind = "match";
      event.subject = record.id;
      event.epoch = record.epoch;
      event.type = "prune";
      const auto receipt = store.commit({{write}, {event}}, context);
      if (receipt)
        ++removed;
      else if (receipt.error().code != ErrorCode::conflict)  // changed meanwhile: next time
        return receipt.error();
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return removed;
}

Result<std::uint64_t> trim_journal(StateStore& store, Time before, const Context& context) {
  RecordQuery sinks;
  sinks.kind = "sink";
  sinks.limit = 1000;
  const auto cursors = store.list(sinks, context);
  if (!cursors) return cursors.error();
  std::uint64_t everybody_has = std::numeric_limits<std::uint64_t>::max();
  for (const Record& record : cursors->records) {
    const auto cursor = sink_cursor_from(record);
    if (!cursor) return cursor.error();
    everybody_has = std::min(everybody_has, cursor->published);
  }
  std::uint64_t through = 0;
  std::map<std::string, std::uint64_t> begun;  // match to its first event
  EventQuery query;
  while (true) {
    const auto page = store.events(query, context);
    if (!page) return page.error();
    for (const Event& event : page->events) {
      if (event.at < before && event.sequence <= everybody_has) through = event.sequence;
      if (event.kind == "match") begun.try_emplace(event.subject, event.sequence);
    }
    const bool more = page->events.size() == query.limit && page->events.back().sequence == through;
    if (!more) break;
    query.after = page->next_after;
  }
  // Looked for last: what is submitted from here on has its events behind `through`.
  RecordQuery live;
  for (const auto& [state, name] : match_states)
    if (!is_terminal(state)) live.states.emplace_back(name);
  RecordQuery unstored;
  for (const MatchState state : match_terminals) unstored.states.emplace_back(to_string(state));
  unstored.due_before = Time::max();  // the timer of the next try to store its artifacts
  for (const RecordQuery& unfinished : {live, unstored})
    if (auto kept = keep_begun(store, unfinished, begun, through, context); !kept) return kept.error();
  return through == 0 ? Result<std::uint64_t>(0) : store.trim(through, context);
}

}  // namespace matchrunner
