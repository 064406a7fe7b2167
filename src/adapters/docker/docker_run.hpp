// SPDX-License-Identifier: Apache-2.0
// DockerRun: one match under way in containers.
#pragma once

#include <deque>
#include <stop_token>
#include <vector>

#include "adapters/docker/seat_container.hpp"
#include "matchrunner/ports/executor.hpp"

namespace matchrunner::docker {

class DockerRun final : public Run {
 public:
  DockerRun(const MatchPlan& plan, std::shared_ptr<Engine> engine);

  // Every seat has a container that runs, or none is left once this object is gone.
  Result<void> start(const DockerOptions& options, const Context& context);

  std::vector<SeatEndpoint> endpoints() const override;
  Result<std::optional<RunReport>> poll(const Context& context) override;
  Result<void> stop(milliseconds grace) override;
  Result<void> extend_lease(BootClock::time_point deadline) override;

 private:
  using Clock = SeatContainer::Clock;

  Result<http::Session::Done> wait(const Context& context);
  Context until_next_time(const Context& context) const;
  Result<void> do_what_is_due();
  Result<void> take(const http::Session::Done& done);
  Result<void> end();
  void add_lines();
  void lose(const Error& error);

  const MatchPlan plan_;
  std::stop_source heard_;  // stops a wait: there is an event, or the caller wants no more
  http::Session streams_;
  SeatContainer seat_;
  BootClock::time_point lease_deadline_;
  std::optional<Clock::time_point> kill_at_;
  Clock::time_point look_at_ = Clock::time_point::max();
  std::deque<RunReport> reports_;
  bool ended_ = false;
  std::string lost_;  // why the run is lost; empty: it is not
};

}  // namespace matchrunner::docker
