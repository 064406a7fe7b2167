// SPDX-License-Identifier: Apache-2.0
// States of an outbox:
//   waiting   another process holds the cursor: ask again every third of a lease
//   holding   nothing behind the cursor: wait for news, renew the lease, keep the sink's connection alive
//   sending   publish, then move the cursor, which renews the lease; killed in between: those events are published
//   failing   the sink refused or the store is out of reach: wait with backoff and jitter; why, since when and until
//             when stands in the cursor's record
#include "runtime/outbox.hpp"

#include <algorithm>
#include <array>

#include "base/backoff.hpp"

namespace matchrunner {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t events_a_publish = 512;
constexpr milliseconds publish_patience{30'000};
constexpr Backoff publish_retries{milliseconds(200), milliseconds(30'000)};
constexpr std::chrono::seconds keep_alive_every{10};

}  // namespace

Result<void> Outbox::enroll() {
  const Context context = Context::within(store_patience);
  const auto found = state_.options.store->find({"sink", name_}, context);
  if (!found) return found.error();
  if (*found) return {};
  const auto made = state_.options.store->commit({{{to_record(SinkCursor{name_})}}, {}}, context);
  if (!made && made.error().code != ErrorCode::conflict) return made.error();  // conflict: another process was faster
  return {};
}

void Outbox::start() {
  state_.news->subscribe(wakeup_);
  thread_ = std::thread([this] { run(); });
}

void Outbox::close(milliseconds flush) {
  flush_until_ = steady_clock::now() + flush;
  closing_ = true;
  wakeup_->set();
  if (thread_.joinable()) thread_.join();
}

void Outbox::pause(milliseconds time) {
  std::array<pollfd, 1> fds{{{wakeup_->fd(), POLLIN, 0}}};
  if (closing_) time = std::min(time, milliseconds(50));
  [[maybe_unused]] const auto woken = wait_for(fds, Context::within(time));
  wakeup_->clear();
}

// News does not cut a backoff short: a sink that is down is not asked again at every event.
void Outbox::back_off(milliseconds time) {
  const auto until = steady_clock::now() + time;
  while (!closing_ && steady_clock::now() < until) pause(std::chrono::ceil<milliseconds>(until - steady_clock::now()));
  if (closing_) pause(time);
}

Outbox::Wait Outbox::step() {
  const milliseconds renew_every = state_.options.lease / 3;
  if (!holds_ && !claim()) return {jittered(renew_every), true};
  if (const auto wait = publish()) return {*wait, false};
  if (cursor_.published < state_.news->head()) return {};
  return {std::min<milliseconds>(renew_every, keep_alive_every), true};
}

void Outbox::run() {
  while (true) {
    const bool closing = closing_;
    const std::uint64_t known = state_.news->head();
    if (closing && (cursor_.published >= known || steady_clock::now() >= flush_until_.load())) break;
    const bool held = holds_;
    const Wait wait = step();
    if (closing && !held && !holds_) break;  // another process publishes
    if (wait.time == milliseconds(0) || (closing && cursor_.published >= known)) continue;
    if (wait.for_news)
      pause(wait.time);
    else
      back_off(wait.time);
  }
  if (holds_) write_cursor(LeaseChange::release);
}

bool Outbox::claim() {
  const auto found = state_.options.store->find({"sink", name_}, Context::within(store_patience));
  if (!found) return false;
  if (!*found) return false;  // it was removed
  const auto cursor = sink_cursor_from(**found);
  if (!cursor) return false;
  // Held still, when only the answer of the last write was lost.
  const bool held = held_epoch_ != 0 && (**found).epoch == held_epoch_ && (**found).holder == state_.options.name &&
                    (**found).lease_left > milliseconds(0);
  record_ = **found;
  cursor_ = *cursor;
  holds_ = write_cursor(held ? LeaseChange::renew : LeaseChange::claim);
  return holds_;
}

// The cursor and its lease in one write; false: it is another process's now, or the store is out of reach.
bool Outbox::write_cursor(LeaseChange lease) {
  Record next = to_record(cursor_);
  next.version = record_.version;
  next.epoch = record_.epoch;
  next.holder = state_.options.name;
  if (lease == LeaseChange::claim) held_epoch_ = record_.epoch + 1;  // also when only the answer is lost
  const auto receipt =
      state_.options.store->commit({{{next, lease, state_.options.lease}}, {}}, Context::within(store_patience));
  if (!receipt) return false;
  record_ = next;
  record_.version = receipt->versions[0];
  record_.epoch = receipt->epochs[0];
  held_epoch_ = record_.epoch;
  renew_at_ = state_.clocks.boot() + state_.options.lease / 3;
  return true;
}

// Publishes what is behind the cursor, at most one batch. A time: it has to be tried again, after that.
std::optional<milliseconds> Outbox::publish() {
  EventQuery query;
  query.after = cursor_.published;
  query.limit = events_a_publish;
  const auto page = state_.options.store->events(query, Context::within(store_patience));
  if (!page) return wait_after(++store_failures_, publish_retries);
  store_failures_ = 0;
  const auto now = state_.clocks.boot();
  if (page->events.empty()) {
    if (now >= keep_alive_at_) {
      keep_alive_at_ = now + keep_alive_every;
      const auto alive = sink_->publish({}, Context::within(publish_patience));
      state_.health.note(part_, alive ? Result<void>() : Result<void>(alive.error()));
    }
    if (now >= renew_at_) holds_ = write_cursor(LeaseChange::renew);
    return holds_ ? std::nullopt : std::optional(wait_after(1, publish_retries));
  }
  const auto taken = sink_->publish(page->events, Context::within(publish_patience));
  keep_alive_at_ = now + keep_alive_every;
  const std::size_t count = taken ? std::min(*taken, page->events.size()) : 0;
  std::optional<milliseconds> wait;
  if (count > 0) {
    cursor_ = {name_, page->events[count - 1].sequence};
    state_.health.note(part_, {}, count);
  } else {
    const Error why = taken ? Error{ErrorCode::unavailable, "the sink took nothing"} : taken.error();
    state_.health.note(part_, why);
    wait = note_failure(why.describe());
  }
  holds_ = write_cursor(LeaseChange::renew);
  return holds_ || wait ? wait : std::optional(wait_after(1, publish_retries));
}

// For whoever looks why events wait; counted on by the next outbox of this sink.
milliseconds Outbox::note_failure(const std::string& why) {
  constexpr std::uint32_t most = 1'000'000;
  cursor_.last_error = why;
  cursor_.failures = std::min(cursor_.failures + 1, most);
  const milliseconds wait = wait_after(static_cast<int>(cursor_.failures), publish_retries);
  const Time now = state_.clocks.wall();
  if (!cursor_.failing_since) cursor_.failing_since = now;
  cursor_.next_attempt_at = now + wait;
  return wait;
}

}  // namespace matchrunner
