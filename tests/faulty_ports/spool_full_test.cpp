// SPDX-License-Identifier: Apache-2.0
// A disk that is full while a match is spooled: the host's fault, one outcome, and the next match runs when there is
// room. One that has not begun waits for that.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "catch.hpp"
#include "runtime/scripted.hpp"
#include "small_disk.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a spool that is full fails the match as the host's fault, and nothing else is lost") {
  if (::geteuid() != 0) return;  // only root may mount
  // How much room there is: for the seat's first words but not all of them; for folders only.
  const std::size_t room = GENERATE(std::size_t{32} << 10, std::size_t{8} << 10);
  INFO(room);
  Ground ground;
  const SmallDisk disk(ground.spool.path(), "1m,nr_inodes=64");
  const std::string ballast = ground.spool.path() + "/ballast";
  const auto runner = Runner::open(ground.options()).value();
  fill_disk(ballast, room);
  const Match failed = played(*runner, solo({"output small=1", "output replay=" + std::string(64 << 10, 'x')}));
  CHECK(failed.state == MatchState::failed);
  REQUIRE(failed.outcome);
  CHECK(failed.outcome->fault == Fault::infrastructure);
  CHECK(failed.outcome->reason.find("No space left") != std::string::npos);
  const auto types = event_types(*runner, failed.id);
  CHECK(std::count(types.begin(), types.end(), "fail") == 1);
  CHECK(std::count(types.begin(), types.end(), "collected") == 0);

  std::filesystem::remove(ballast);
  const Match finished = played(*runner, solo({"output replay=xyz"}));
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.artifacts.size() == 3);
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(std::filesystem::is_empty(ground.spool.path()));  // also of the match that failed
}

TEST_CASE("a match that has not begun waits for room in the spool, and costs no attempt; who runs one match is told") {
  if (::geteuid() != 0) return;
  const bool waits = GENERATE(true, false);
  Ground ground;
  const SmallDisk disk(ground.spool.path(), "1m,nr_inodes=64");
  const std::string ballast = ground.spool.path() + "/ballast";
  MatchRequest request = solo({"output replay=xyz"});
  request.id = "m1";
  RunnerOptions options = ground.options();
  if (!waits) options.only_match = request.id;
  const auto runner = Runner::open(options).value();
  fill_disk(ballast);
  REQUIRE(runner->submit_match(request));
  if (waits) {
    auto events = runner->events({request.id, 0, false}).value();
    std::optional<Event> event;
    do event = events->next(patience()).value();
    while (event && event->type != "lapse");
    REQUIRE(event);
    CHECK(event->body.find("disk is full") != std::string::npos);
    const auto parts = runner->health().value().parts;
    CHECK(std::any_of(parts.begin(), parts.end(), [](const auto& part) {
      return part.name == "executor" && part.last_error.find("disk is full") != std::string::npos;
    }));
    std::filesystem::remove(ballast);
  }
  const Match match = runner->wait_match(request.id, patience()).value();
  CHECK(match.state == (waits ? MatchState::finished : MatchState::failed));
  CHECK(match.attempt == 1);
  REQUIRE(match.outcome);
  CHECK(match.outcome->fault == (waits ? Fault::none : Fault::infrastructure));
  REQUIRE(runner->close(milliseconds(0)));
}
