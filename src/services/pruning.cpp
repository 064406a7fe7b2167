// SPDX-License-Identifier: Apache-2.0
#include "services/pruning.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "codec/match_record.hpp"
#include "codec/sink_record.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds call_patience{30'000};

// For one call: all of them may take long, but none is waited for without end.
Context one_call(const Context& context) {
  Context call = Context::within(call_patience, context.stop);
  call.deadline = std::min(call.deadline, context.deadline);
  return call;
}

bool may_go(const Match& match, Time before) {
  return !match.times.empty() && match.times.back().at < before && match.store_error.empty();
}

// Looked at again before anything of it goes: another may have removed it since it was listed, and its id may be a new
// match's by now, whose artifacts have the same keys.
Result<bool> is_still_there(StateStore& store, const Record& record, const Context& context) {
  const auto now = store.find({record.kind, record.id}, context);
  if (!now) return now.error();
  return *now && (*now)->sequence == record.sequence && (*now)->version == record.version;
}

Result<void> remove_artifacts(const Match& match, const RemoveArtifact& remove_artifact, const Context& context) {
  for (const Artifact& artifact : match.artifacts) {
    if (artifact.uri.empty()) continue;
    if (auto gone = remove_artifact(match, artifact, one_call(context)); !gone) return gone;
  }
  return {};
}

// false: it was changed meanwhile, which is for the next time.
Result<bool> remove_record(StateStore& store, const Record& record, const Context& context) {
  Write write{record};
  write.remove = true;
  Event event;
  event.kind = "match";
  event.subject = record.id;
  event.epoch = record.epoch;
  event.type = "prune";
  const auto receipt = store.commit({{write}, {event}}, context);
  if (receipt) return true;
  if (receipt.error().code == ErrorCode::conflict) return false;
  return receipt.error();
}

// Of the matches that `query` finds, none loses its first event.
Result<void> keep_begun(StateStore& store, RecordQuery query, const std::map<std::string, std::uint64_t>& begun,
                        std::uint64_t& through, const Context& context) {
  query.kind = "match";
  query.limit = 1000;
  do {
    const auto page = store.list(query, one_call(context));
    if (!page) return page.error();
    for (const Record& record : page->records)
      if (const auto first = begun.find(record.id); first != begun.end())
        through = std::min(through, first->second - 1);
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return {};
}

}  // namespace

Result<Pruned> prune_matches(StateStore& store, Time before, const RemoveArtifact& remove_artifact,
                             const Context& context) {
  RecordQuery query;
  query.kind = "match";
  for (const MatchState state : match_terminals) query.states.emplace_back(to_string(state));
  Pruned pruned;
  do {
    const auto page = store.list(query, one_call(context));
    if (!page) return page.error();
    for (const Record& record : page->records) {
      const auto match = match_from(record);
      if (match && !may_go(*match, before)) continue;
      const auto there = is_still_there(store, record, one_call(context));
      if (!there) return there.error();
      if (!*there) continue;
      const auto emptied = match ? remove_artifacts(*match, remove_artifact, context) : Result<void>(match.error());
      if (!emptied) {
        if (auto going = context.check(); !going) return going.error();
        ++pruned.left;
        if (!pruned.why_left) pruned.why_left = emptied.error();
        continue;
      }
      const auto removed = remove_record(store, record, one_call(context));
      if (!removed) return removed.error();
      if (*removed) ++pruned.removed;
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return pruned;
}

Result<std::uint64_t> trim_journal(StateStore& store, Time before, const Context& context) {
  RecordQuery sinks;
  sinks.kind = "sink";
  sinks.limit = 1000;
  const auto cursors = store.list(sinks, one_call(context));
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
    const auto page = store.events(query, one_call(context));
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
  if (through == 0) return std::uint64_t{0};
  return store.trim(through, context);  // of how much there is, it may take long
}

}  // namespace matchrunner
