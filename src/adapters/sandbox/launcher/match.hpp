// SPDX-License-Identifier: Apache-2.0
// Match: one run of a match in a launcher, from the start of its seats to the end of the last one. It decides who is
// asked to end, who is killed, and when. One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "adapters/sandbox/frame.hpp"
#include "adapters/sandbox/launcher/disk_watch.hpp"
#include "adapters/sandbox/launcher/end_order.hpp"
#include "adapters/sandbox/launcher/seat.hpp"

namespace matchrunner::launcher {

// The seat slots of a launcher, made when first needed.
using SeatSlots = std::vector<std::unique_ptr<SeatSlot>>;

class Match {
 public:
  using Send = std::function<void(sandbox::MessageKind, const std::string& body, const std::vector<int>& fds)>;

  Match(sandbox::StartMatch start, Grounds& grounds, SeatSlots& slots, Send send);

  // Starts every seat; what becomes of it is sent.
  void start(UniqueFd events);

  void stop(const sandbox::Stop& request);
  void extend_lease(const sandbox::ExtendLease& request);
  // At once, for the reason given in one line.
  void abandon(EndedBy reason, std::string infrastructure_error);

  // Descriptors to wait for, and when to go on at the latest; 0: no time.
  void watch(std::vector<pollfd>& fds) const;
  Nanoseconds next_time() const { return next_time_; }
  // `fds` are the entries that watch() added.
  void react(const pollfd* fds);

  bool over() const { return over_; }

 private:
  Failure claim_address();
  Failure start_seats(UniqueFd events);
  void take_over();
  void report_start();
  void follow_programs();
  void report_ends();
  bool ended_before_decider(std::uint32_t index) const;
  bool may_decide() const;
  void decide();
  void follow_up();
  void check_times();
  void watch_disk(Nanoseconds now);
  SeatFacts facts_at_end(std::size_t index);
  void let_end(EndedBy reason, Nanoseconds ask_at, Nanoseconds kill_at);
  void kill_all(EndedBy reason);
  bool all_reported() const;
  bool any_alive() const;

  const sandbox::StartMatch start_;
  Grounds& grounds_;
  SeatSlots& slots_;
  Send send_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::vector<bool> end_reported_;
  std::uint32_t decider_ = 0;  // the referee or program, whose end is that of the match
  EndOrder ends_;
  DiskWatch disk_;
  UniqueFd address_;               // listening, for a runner that takes the match over
  std::vector<UniqueFd> waiting_;  // it, until nothing is left
  Nanoseconds lease_deadline_ = 0;
  Nanoseconds ask_at_ = 0;   // when the seats left are asked to end; 0: not yet known, or done
  Nanoseconds kill_at_ = 0;  // ... are killed
  Nanoseconds next_time_ = 0;
  bool start_reported_ = false;
  bool decided_ = false;  // it has ended
  bool over_ = false;
  bool lost_ = false;  // an init was killed from outside, or the lease ran out
  std::string infrastructure_error_;
  Failure start_failure_;
};

}  // namespace matchrunner::launcher
