// SPDX-License-Identifier: Apache-2.0
// States of an intake:
//   open    every command is taken: stored, answered, accepted; killed in between, it comes again without second effect
//   full    as many matches are queued or running as slots and backlog allow: "run" is deferred, all else is taken
//   ended   a command asked for the end of the runner: no command is taken any more
// A source that cannot defer is always open.
//
// States of what is taken at once:
//   gathered  a "run" without targets of its own, and behind it others such that have come already, each with another
//             id, as far as there is room. The first that is none of these ends it, and is next, so that the order of
//             commands stays; all others are taken alone
//   stored    matches and answers by one commit: all of them, or none. One that is refused is stored as its answer, and
//             one whose match is there already likewise. Killed before: all come again, as they were. Killed after: all
//             come again, their matches are there already, and only the answers are told again
//   settled   each is accepted
// On a conflict somebody was quicker with one of the matches: planned again, it is there already. Any other error of
// the commit says neither whose it was nor whether it was done: then each is taken alone, and waits for the store.
#include "runtime/intake.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/backoff.hpp"
#include "base/digest.hpp"
#include "runtime/queue_return.hpp"
#include "services/match_ledger.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds poll_slice{1000};
constexpr milliseconds full_slice{50};         // how soon a free slot is seen
constexpr milliseconds connect_slice{10'000};  // for a source that has failed, which may have to connect
constexpr milliseconds count_again{100};       // others on the store may have filled the room meanwhile
constexpr int count_share = 20;                // but at most one part in so many of the time goes into counting
constexpr std::size_t most_together = 64;
constexpr std::size_t most_bytes_together = 4 << 20;  // of their bodies, but for the last one's
constexpr int most_plans = 3;                         // of one commit that meets conflicts
constexpr Backoff intake_retries{milliseconds(500), milliseconds(10'000)};

// Errors that tell the asker something; the others are about the store.
bool is_answer(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::not_found || code == ErrorCode::conflict ||
         code == ErrorCode::already_exists || code == ErrorCode::unsupported;
}

// A match without an id gets that of its message: delivered twice, it is one match. Without that too it gets one here:
// tried twice, it is one match.
void name_match(CommandBody& body, const Command& command) {
  auto* const run = std::get_if<RunCommand>(&body);
  if (run == nullptr || !run->request.id.empty()) return;
  run->request.id = command.message_id.empty() ? new_match_id() : "m" + sha256_hex(command.message_id).substr(0, 16);
}

}  // namespace

void Intake::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Intake::close() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Intake::return_queued(const Context& context) { matchrunner::return_queued(state_, *source_, part_, context); }

void Intake::pause(int failures, const std::stop_token& stop) {
  state_.clocks.pause(wait_after(failures, intake_retries), Context{Context::Clock::time_point::max(), stop});
}

void Intake::run(const std::stop_token& stop) {
  int failures = 0;
  while (next_ || !stop.stop_requested()) {
    if (full_ && has_room().value_or(false)) {
      full_ = false;
      source_->resume();
    }
    const milliseconds slice = failures > 0 ? connect_slice : full_ ? full_slice : poll_slice;
    if (!next_ && !poll(Context::within(slice, stop))) {
      pause(++failures, stop);
      continue;
    }
    failures = 0;
    if (next_ && !take(gather(stop), stop)) return;
  }
}

// The next command, if one came in time.
Result<void> Intake::poll(const Context& context) {
  auto polled = source_->poll(context);
  if (!polled) {
    if (!context.stop.stop_requested()) state_.health.note(part_, polled.error());
    return polled.error();
  }
  state_.health.note(part_, {});
  if (!*polled) return {};
  auto body = parse_command_body((*polled)->body);
  if (body) name_match(*body, **polled);
  next_ = Asked{**std::move(polled), std::move(body)};
  return {};
}

const RunCommand* Intake::run_of(const Asked& asked) {
  return asked.body ? std::get_if<RunCommand>(&*asked.body) : nullptr;
}

// To open targets may take long, and nobody else's match waits for that.
bool Intake::goes_with_others(const Asked& asked) {
  const auto* const run = run_of(asked);
  return run != nullptr && run->request.storage.empty() && run->request.streams.empty();
}

// The next command, and with it what may be stored in the same commit.
std::vector<Intake::Asked> Intake::gather(const std::stop_token& stop) {
  std::vector<Asked> together;
  std::set<std::string_view> matches;
  std::size_t bytes = 0;
  std::size_t most = most_together;
  if (able_.defers) most = !full_ && has_room().value_or(false) ? std::min<std::size_t>(most, room_) : 1;
  together.reserve(most);  // the ids stay where they are
  while (next_) {
    const bool shares = goes_with_others(*next_);
    if (!together.empty() && (!shares || matches.count(run_of(*next_)->request.id) != 0)) break;
    bytes += next_->command.body.size();
    together.push_back(*std::exchange(next_, std::nullopt));
    if (!shares || together.size() >= most || bytes >= most_bytes_together || stop.stop_requested()) break;
    matches.insert(run_of(together.back())->request.id);
    // An error is met again by the next poll.
    [[maybe_unused]] const auto polled = poll(Context::within(milliseconds(0), stop));
  }
  return together;
}

// false: no command is taken any more.
bool Intake::take(const std::vector<Asked>& together, const std::stop_token& stop) {
  if (together.size() > 1) {
    room_ -= std::min<std::uint64_t>(room_, together.size());
    if (store(together)) {
      for (const Asked& asked : together)
        [[maybe_unused]] const auto accepted = source_->accept(asked.command, Context::within(store_patience));
      state_.health.note(part_, {}, together.size());
      return true;
    }
  }
  return std::all_of(together.begin(), together.end(), [&](const Asked& asked) { return handle(asked, stop); });
}

// Run commands, and their answers.
Result<void> Intake::store(std::span<const Asked> together) {
  Result<void> stored;
  for (int plans = 0; plans < most_plans; ++plans) {
    Batch batch;
    for (const Asked& asked : together) {
      const auto answer = answers_.obey(*asked.body, asked.command, batch);
      if (!answer && !is_answer(answer.error().code)) return answer.error();
      answers_.add_reply(asked.command, run_of(asked)->request.id, answer, false, batch);
    }
    stored = answers_.commit(batch);
    if (stored || stored.error().code != ErrorCode::conflict) break;
  }
  return stored;
}

// false: no command is taken any more.
bool Intake::handle(const Asked& asked, const std::stop_token& stop) {
  const auto& [command, body] = asked;
  const auto* const run = run_of(asked);
  Result<Answer> answer = body ? Result<Answer>(Answer{}) : Result<Answer>(body.error());
  Batch batch;
  // What the store does not take now is asked again: a command is settled only once it is stored.
  for (int failures = 0; body; pause(++failures, stop)) {
    const auto waits = run != nullptr ? must_wait(*run) : Result<bool>(false);
    if (waits && *waits) {
      full_ = true;
      [[maybe_unused]] const auto deferred = source_->defer(command, Context::within(store_patience));
      return true;
    }
    if (run != nullptr && room_ > 0) --room_;
    if (!waits) {
      answer = waits.error();
    } else if (run == nullptr) {
      answer = answers_.obey(*body, command, batch);
    } else {
      const auto stored = store({&asked, 1});
      if (stored) {
        [[maybe_unused]] const auto accepted = source_->accept(command, Context::within(store_patience));
        state_.health.note(part_, {}, 1);
        return true;
      }
      answer = stored.error();
    }
    if (answer || is_answer(answer.error().code)) break;
    if (stop.stop_requested()) return false;
  }
  const bool elsewhere = !answer && answer.error().code == ErrorCode::not_found && body && run == nullptr;
  const bool asks_others = elsewhere && able_.passes_on && !command.for_all;
  const bool bad = body ? std::holds_alternative<IncompleteCommand>(*body) : true;
  if (bad) state_.health.note_refused(part_);
  const bool answers = !(elsewhere && command.for_all);  // else the one that has the match does
  const bool says_which = answer && !answer->match.empty();
  const std::string match = says_which ? "" : run != nullptr ? run->request.id : match_named_in(command.body);
  if (answers) answers_.add_reply(command, match, answer, asks_others, batch);
  for (int failures = 0; answers && !answers_.commit(batch); pause(++failures, stop))
    if (stop.stop_requested()) return false;
  const Context context = Context::within(store_patience);
  const std::string why = answer ? answer->message : answer.error().message;
  [[maybe_unused]] const auto settled = bad           ? source_->reject(command, why, context)
                                        : asks_others ? source_->pass_on(command, context)
                                                      : source_->accept(command, context);
  state_.health.note(part_, {}, 1);
  return !body || !std::holds_alternative<ShutdownCommand>(*body);
}

// A match that is here already needs no room.
Result<bool> Intake::must_wait(const RunCommand& run) {
  if (!able_.defers) return false;
  const auto room = full_ ? Result<bool>(false) : has_room();
  if (!room) return room.error();
  if (*room) return false;
  const auto known = state_.ledger.find(run.request.id, Context::within(store_patience));
  if (!known) return known.error();
  return !*known || (*known)->match.state == MatchState::returned;
}

Result<bool> Intake::has_room() {
  const auto now = state_.clocks.boot();
  if (room_ > 0 && now < count_at_) return true;
  const Context context = Context::within(store_patience);
  const auto pool = state_.pool.status(context);
  if (!pool) return pool.error();
  const std::uint64_t allowed = std::uint64_t{pool->slots} + state_.options.backlog;
  RecordQuery query;
  query.kind = "match";
  query.states = {"queued"};
  query.limit = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(allowed, 1, 1000));
  std::uint64_t taken = 0;
  do {
    const auto page = state_.options.store->list(query, context);
    if (!page) return page.error();
    taken += page->records.size();
    query.cursor = page->next;
  } while (taken < allowed && !query.cursor.empty());
  // After those that are queued: one that leaves the queue for a slot meanwhile may count twice, but never not at all.
  const auto busy = state_.pool.status(context);
  if (!busy) return busy.error();
  taken += busy->busy.size();
  room_ = allowed - std::min(allowed, taken);
  const auto counted = state_.clocks.boot();
  count_at_ = counted + std::max<BootClock::duration>(count_again, (counted - now) * count_share);
  return room_ > 0;
}

}  // namespace matchrunner
