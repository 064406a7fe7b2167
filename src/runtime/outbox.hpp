// SPDX-License-Identifier: Apache-2.0
// Outbox: brings the journal to one event sink, in order, at least once, on a thread of its own.
// The sink's cursor is a record under lease, so that of all processes on the store one publishes; see outbox.cpp for
// the states.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "codec/sink_record.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class Outbox {
 public:
  Outbox(RunnerState& state, std::string name, std::shared_ptr<EventSink> sink)
      : state_(state), name_(std::move(name)), part_("sink " + name_), sink_(std::move(sink)) {}
  ~Outbox() { close(milliseconds(0)); }

  // Writes the sink's cursor where there is none yet: from then on the journal is kept for it.
  Result<void> enroll();

  void start();

  // Goes on until everything known is published or `flush` is over, gives the cursor back, ends the thread. Idempotent.
  void close(milliseconds flush);

  // One step of the thread, for whoever has not started it; how long to wait before the next.
  struct Wait {
    milliseconds time{0};
    bool for_news = false;  // or until there is news
  };
  Wait step();

 private:
  void run();
  bool claim();
  std::optional<milliseconds> publish();
  milliseconds note_failure(const std::string& why);
  bool write_cursor(LeaseChange lease);
  void pause(milliseconds time);
  void back_off(milliseconds time);

  RunnerState& state_;
  const std::string name_;
  const std::string part_;  // what its health is called
  const std::shared_ptr<EventSink> sink_;

  // The thread's own.
  bool holds_ = false;
  Record record_;
  SinkCursor cursor_;
  BootClock::time_point renew_at_{};
  BootClock::time_point keep_alive_at_{};
  int store_failures_ = 0;        // in a row
  std::uint64_t held_epoch_ = 0;  // of the cursor when it was last written or claimed; 0: never

  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  std::atomic<bool> closing_ = false;
  std::atomic<std::chrono::steady_clock::time_point> flush_until_{};
  std::thread thread_;
};

}  // namespace matchrunner
