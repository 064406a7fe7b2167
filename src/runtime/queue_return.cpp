// SPDX-License-Identifier: Apache-2.0
// States of a match that goes back:
//   queued    as its command asked, or again, as its run was cut short. One whose run may go on without its runner
//   stays given     a command for the same match is at the source, which has said that it is safe there returned  the
//   store says so; the next command that asks for its id makes it anew
// Killed once it is given, it is queued here and asked for there: both are the same match where runners share the
// store, which then has it already; with stores of their own it may run twice, as with any source that delivers again.
// Claimed by another runner meanwhile, it stays with that one. One that meets the command itself, before the store has
// heard of the return, finds the match queued here and takes the command for settled: it writes the match as it is, so
// that the return comes to nothing.
#include "runtime/queue_return.hpp"

#include <vector>

#include "codec/command_body.hpp"
#include "codec/sealed_secrets.hpp"

namespace matchrunner {
namespace {

constexpr std::uint32_t matches_a_page = 500;

Result<std::vector<std::string>> queued_matches(RunnerState& state) {
  std::vector<std::string> ids;
  RecordQuery query;
  query.kind = "match";
  query.states = {"queued"};
  query.limit = matches_a_page;
  do {
    const auto page = state.options.store->list(query, Context::within(store_patience));
    if (!page) return page.error();
    for (const Record& record : page->records) ids.push_back(record.id);
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return ids;
}

Result<void> give_back(RunnerState& state, const StoredMatch& stored, CommandSource& source, const Context& context) {
  const Match& match = stored.match;
  auto request = request_with_secrets(match, state.ledger.keys());
  if (!request) return request.error();
  Command command;
  command.body = run_command_text({*std::move(request), match.asker.older});
  command.reply_to = match.asker.reply_to;
  command.correlation_id = match.asker.correlation_id;
  return source.give_back(command, context);
}

}  // namespace

void return_queued(RunnerState& state, CommandSource& source, const std::string& part, const Context& context) {
  const std::string place = source.capabilities().origin;
  if (place.empty()) return;
  const auto ids = queued_matches(state);
  if (!ids) return;
  for (const std::string& id : *ids) {
    if (!context.check()) return;
    const auto stored = state.ledger.get(id, Context::within(store_patience));
    if (!stored || stored->match.state != MatchState::queued || stored->match.asker.origin != place ||
        stored->match.adoptable_until)
      continue;
    const auto given = give_back(state, *stored, source, context);
    state.health.note(part, given);
    if (!given) return;
    const auto batch = state.ledger.plan_return(*stored);
    if (!batch) return;
    // Not stored as returned: it stays queued, as when killed here.
    [[maybe_unused]] const auto noted = state.commit(*batch, Context::within(store_patience));
  }
}

}  // namespace matchrunner
