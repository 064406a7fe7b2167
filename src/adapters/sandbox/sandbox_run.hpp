// SPDX-License-Identifier: Apache-2.0
// SandboxRun: one match under way in a launcher. Gives the launcher back when the match has ended.
#pragma once

#include <deque>

#include "adapters/sandbox/launcher_pool.hpp"
#include "domain/event_lines.hpp"
#include "matchrunner/ports/executor.hpp"

namespace matchrunner::sandbox {

class SandboxRun final : public Run {
 public:
  SandboxRun(const MatchPlan& plan, std::shared_ptr<LauncherPool> pool, std::unique_ptr<LauncherProcess> launcher);
  ~SandboxRun() override;
  SandboxRun(const SandboxRun&) = delete;
  SandboxRun& operator=(const SandboxRun&) = delete;

  // Returns when every seat has started, or none is left.
  Result<void> start(const StartMatch& request, const Context& context);

  std::vector<SeatEndpoint> endpoints() const override { return endpoints_; }
  Result<std::optional<RunReport>> poll(const Context& context) override;
  Result<void> stop(milliseconds grace) override;
  Result<void> extend_lease(BootClock::time_point deadline) override;

 private:
  Result<void> await_start(const Context& context);
  void note_started(Frame& frame);
  Error start_error(const Frame& frame) const;
  void read_events();
  void read_launcher();
  void take_frames();
  void handle(Frame& frame);
  void end_seat(const SeatEnded& ended);
  void collect_from(const Seat& seat, SeatReport& report);
  void end(std::string infrastructure_error);
  void lose_launcher();
  void lose(std::string why);
  void add_lines();

  const MatchPlan plan_;
  const std::shared_ptr<LauncherPool> pool_;
  std::unique_ptr<LauncherProcess> launcher_;  // none: the match has ended
  std::uint64_t run_ = 0;
  UniqueFd events_;
  EventLines lines_;
  std::vector<SeatEndpoint> endpoints_;
  std::vector<UniqueFd> inits_;  // pidfds: what to wait for when the launcher is lost
  std::vector<bool> seat_ended_;
  std::deque<RunReport> reports_;
  std::string infrastructure_error_;
  std::string lost_;  // why the run is lost; empty: it is not
};

}  // namespace matchrunner::sandbox
