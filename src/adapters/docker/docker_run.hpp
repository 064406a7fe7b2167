// SPDX-License-Identifier: Apache-2.0
// DockerRun: one match under way in containers.
#pragma once

#include <deque>
#include <stop_token>
#include <vector>

#include "adapters/docker/match_network.hpp"
#include "adapters/docker/prepared_image.hpp"
#include "adapters/docker/removals.hpp"
#include "adapters/docker/seat_container.hpp"
#include "adapters/docker/start_order.hpp"
#include "matchrunner/ports/executor.hpp"

namespace matchrunner::docker {

class DockerRun final : public Run {
 public:
  DockerRun(MatchPlan plan, std::shared_ptr<Engine> engine, std::shared_ptr<Removals> removals);
  ~DockerRun() override;  // what is left of it is removed
  DockerRun(const DockerRun&) = delete;
  DockerRun& operator=(const DockerRun&) = delete;

  // Every seat has a container that runs and is ready, or one was not ready, which its poll() then tells. An error:
  // none is left once this object is gone, and what they have printed is in the spool.
  Result<void> start(const DockerOptions& options, PreparedImages& prepared, const Context& context);

  // Goes on with the run whose folder the plan names (earlier_run.hpp). `not_found`: it cannot be gone on with.
  Result<void> adopt(const Context& context);

  std::vector<SeatEndpoint> endpoints() const override;
  Result<std::optional<RunReport>> poll(const Context& context) override;
  Result<void> stop(milliseconds grace) override;
  Result<void> extend_lease(BootClock::time_point deadline) override;

 private:
  using Clock = SeatContainer::Clock;

  // A seat of the plan.
  struct Place {
    const Seat* seat;
    std::unique_ptr<SeatContainer> container;  // nothing: not made yet
    std::string address;                       // in the network
    std::string not_ready;                     // why, in words; empty: nothing is known
    bool was_late = false;                     // its time was over
    bool reported = false;                     // its end; then its container waits to be removed with the others

    bool goes_on() const { return container && !reported; }
  };

  // docker_start.cpp
  Result<void> start_all(const DockerOptions& options, PreparedImages& prepared, const Context& context);
  Result<void> launch(std::size_t seat, const DockerOptions& options, PreparedImages& prepared, const Context& context);
  Result<void> look_who_is_ready(StartOrder& order, const Context& context);
  bool find_failed(const StartOrder& order);
  Clock::time_point next_look(const StartOrder& order) const;
  Result<void> give_up_start();

  // docker_adopt.cpp
  Result<void> adopt_seat(Place& place, const FoundSeat& found, bool by_itself, const Context& context);

  // docker_run.cpp
  Result<http::Session::Done> wait(const Context& until);
  Context until_next_time(const Context& context) const;
  Result<void> do_what_is_due();
  Result<void> keep_limits();
  Result<void> take(const http::Session::Done& done);
  Result<void> end_those_ended();
  Result<void> end_seat(Place& place);
  Result<void> end_rest(EndedBy reason, milliseconds grace);
  Result<void> end();
  void add_lines();
  void lose(const Error& error);
  void save_logs();
  void remove_all();

  const MatchPlan plan_;
  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<Removals> removals_;
  std::stop_source heard_;  // stops a wait: there is an event, or the caller wants no more
  MatchNetwork network_;
  http::Session streams_;
  std::vector<Place> places_;
  BootClock::time_point lease_deadline_;
  std::optional<Clock::time_point> kill_at_;
  Clock::time_point look_at_ = Clock::time_point::max();
  std::deque<RunReport> reports_;
  std::string infrastructure_error_;
  bool decided_ = false;  // who decides the match has ended
  bool ended_ = false;
  std::string lost_;  // why the run is lost; empty: it is not
};

}  // namespace matchrunner::docker
