// SPDX-License-Identifier: Apache-2.0
#include "docker/one_slot.hpp"

#include "matchrunner/open.hpp"

namespace matchrunner::test {

OneSlot::OneSlot(const DockerOptions& docker) {
  RunnerOptions options;
  options.store = open_state_store("sqlite:///" + (folder_ / "matches.db")).value();
  options.artifacts = open_artifact_sink("file://" + (folder_ / "artifacts")).value();
  options.executor = [docker] { return make_docker_executor(docker); };
  options.slots = 1;
  options.spool_folder = folder_ / "spool";
  runner_ = Runner::open(std::move(options)).value();
}

std::string OneSlot::submit(const std::string& image, const std::string& script, std::uint32_t attempts) const {
  MatchRequest request;
  Game& game = request.inline_game.emplace();
  game.name = "solo";
  game.wiring = Wiring::none;
  game.attempts = attempts;
  Seat& seat = game.seats.emplace_back();
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.image = image;
  seat.arguments = {script};
  return runner_->submit_match(request).value().id;
}

Match OneSlot::wait(const std::string& id) const {
  return runner_->wait_match(id, Context::within(std::chrono::minutes(2))).value();
}

void OneSlot::wait_for_events(const std::string& id, const std::string& type, int count) const {
  const auto events = runner_->events({id, 0, false}).value();
  while (count > 0) {
    const auto event = events->next(Context::within(std::chrono::minutes(2))).value();
    REQUIRE(event);
    count -= event->type == type ? 1 : 0;
  }
}

void check_fault(const Match& match, const std::string& words) {
  CHECK(match.state == MatchState::failed);
  REQUIRE(match.outcome);
  INFO(match.outcome->reason);
  CHECK(match.outcome->fault == Fault::infrastructure);
  CHECK(match.outcome->reason.find(words) != std::string::npos);
  CHECK(match.outcome->reason.find('\n') == std::string::npos);
}

}  // namespace matchrunner::test
