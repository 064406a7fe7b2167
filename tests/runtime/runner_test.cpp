// SPDX-License-Identifier: Apache-2.0
// What an application sees of a Runner on memory adapters.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.hpp"
#include "catch.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

using Types = std::vector<std::string>;

std::string log_of(Runner& runner, const std::string& id, const std::string& name) {
  std::string text;
  LogChunk chunk;
  while (!chunk.finished) {
    chunk = runner.read_log(id, name, chunk.next_offset, 5).value();
    text += chunk.bytes;
  }
  return text;
}

}  // namespace

TEST_CASE("a match is played, judged and kept") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  const Match match = played(*runner, duel({"print_error thinking", "event {\"type\": \"progress\", \"ply\": 1}",
                                            "output game.pgn=1. e4", white_wins}));

  CHECK(match.state == MatchState::finished);
  REQUIRE(match.outcome);
  CHECK(match.outcome->result == MatchResult::completed);
  CHECK(match.outcome->fault == Fault::none);
  CHECK(match.outcome->reason == "checkmate");
  REQUIRE(match.outcome->seats.size() == 3);
  CHECK(match.outcome->seats[1].score == 1.0);
  CHECK(match.outcome->seats[1].verdict == Verdict::ok);
  CHECK(match.attempt == 1);
  CHECK(match.holder.empty());
  CHECK(match.stored_at.has_value());

  const auto named = [&](const std::string& name) {
    return std::find_if(match.artifacts.begin(), match.artifacts.end(),
                        [&](const Artifact& artifact) { return artifact.name == name; });
  };
  REQUIRE(named("output/game.pgn") != match.artifacts.end());
  CHECK(named("output/game.pgn")->bytes == 5);
  CHECK(named("output/game.pgn")->sha256 == sha256_hex("1. e4"));
  CHECK(named("logs/white.stderr") != match.artifacts.end());
  CHECK(log_of(*runner, match.id, "logs/referee.stderr") == "thinking\n");
  CHECK(log_of(*runner, match.id, "output/game.pgn") == "1. e4");
  CHECK(event_types(*runner, match.id) == Types{"submit", "claim", "prepared", "started", "progress", "seat_ended",
                                                "seat_ended", "seat_ended", "ended", "collected", "stored"});
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(std::filesystem::is_empty(ground.spool.path()));
}

TEST_CASE("a failure is told with whose fault it was") {
  struct Row {
    const char* name;
    MatchRequest request;
    Fault fault;
    std::string reason;
  };
  const std::vector<Row> rows{
      {"referee exits badly", duel({white_wins, "exit 3"}), Fault::referee, "referee: exited, exit code 3"},
      {"referee leaves no result", duel({"exit 0"}), Fault::referee, "referee: left no result file"},
      {"result is not JSON", duel({"result white won"}), Fault::referee, "referee: its result file is not valid"},
      {"program's result is not valid", solo({"result {}"}), Fault::seat, "program: its result file is not valid"},
      {"program crashes", solo({"crash 11"}), Fault::seat, "program: crashed, signal 11"},
      {"executor cannot", solo({"dance"}), Fault::infrastructure, "no step \"dance\""},
  };
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  for (const Row& row : rows) {
    INFO(row.name);
    const Match match = played(*runner, row.request);
    CHECK(match.state == MatchState::failed);
    CHECK(match.outcome->result == MatchResult::failed);
    CHECK(match.outcome->fault == row.fault);
    CHECK(match.outcome->reason.find(row.reason) != std::string::npos);
    CHECK(match.holder.empty());
  }
  CHECK(runner->list_pools().value().front().busy.empty());
}

TEST_CASE("a single program need not leave a result") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  const Match match = played(*runner, solo({"exit 0"}));
  CHECK(match.state == MatchState::finished);
  CHECK(match.outcome->result == MatchResult::completed);
  CHECK(match.outcome->fault == Fault::none);
  CHECK_FALSE(match.outcome->seats[0].score.has_value());
}

TEST_CASE("a player that ends badly has its verdict, and the match its result") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  const Match match = played(*runner, duel({white_wins}, {"hang"}, {"exit 7"}));
  CHECK(match.state == MatchState::finished);
  CHECK(match.outcome->result == MatchResult::completed);
  CHECK(match.outcome->fault == Fault::seat);
  CHECK(match.outcome->seats[2].verdict == Verdict::exited);
  CHECK(match.outcome->seats[2].exit_code == 7);
}

TEST_CASE("higher priority goes first, then the older match") {
  const Ground ground;
  std::vector<std::string> ids;
  {
    const auto desk = Runner::open(ground.watching()).value();
    for (const int priority : {0, 5, 0, 5}) {
      MatchRequest request = solo({"exit 0"});
      request.id = "p" + std::to_string(priority) + "-" + std::to_string(ids.size());
      request.priority = priority;
      ids.push_back(desk->submit_match(request).value().id);
    }
  }
  const auto runner = Runner::open(ground.options()).value();
  for (const std::string& id : ids) REQUIRE(runner->wait_match(id, patience()));
  auto events = runner->events({}).value();
  Types order;
  while (auto event = events->next(Context::within(milliseconds(0))).value())
    if (event->type == "claim") order.push_back(event->subject);
  CHECK(order == Types{"p5-1", "p5-3", "p0-0", "p0-2"});
}

TEST_CASE("a stop reaches a queued match, a running one, and one of another runner") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Match queued = desk->submit_match(solo({"hang"})).value();
  const Match rained_off = desk->stop_match(queued.id, "rained off").value();
  CHECK(rained_off.state == MatchState::stopped);
  CHECK(rained_off.outcome->seats[0].fault == Fault::none);
  CHECK(rained_off.outcome->summary == "Stopped before the end, through no fault of a program (rained off).");
  CHECK(desk->get_match(queued.id).value().outcome->reason == "rained off");
  CHECK(desk->stop_match(queued.id, "again").error().code == ErrorCode::conflict);
  CHECK(desk->stop_match("nobody", "").error().code == ErrorCode::not_found);

  const auto runner = Runner::open(ground.options()).value();
  for (Runner* const from : {runner.get(), desk.get()}) {
    const Match running = desk->submit_match(solo({"hang"})).value();
    until(*runner, running.id, MatchState::running);
    REQUIRE(from->stop_match(running.id, "enough"));
    const Match stopped = desk->wait_match(running.id, patience()).value();
    CHECK(stopped.state == MatchState::stopped);
    CHECK(stopped.outcome->result == MatchResult::stopped);
    CHECK(stopped.outcome->reason == "enough");
    CHECK(stopped.outcome->seats[0].verdict == Verdict::killed);
  }
}

TEST_CASE("a match that passes its deadline fails") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  MatchRequest request = duel({"hang"});
  request.inline_game->deadline_seconds = 0.2;
  const Match match = played(*runner, request);
  CHECK(match.state == MatchState::failed);
  CHECK(match.outcome->fault == Fault::referee);
  CHECK(match.outcome->reason == "the match's deadline of 0.2 s passed");
}

TEST_CASE("no more matches run at once than the pool has slots, over all runners on the store") {
  const Ground ground;
  const auto first = Runner::open(ground.options(2)).value();
  const auto second = Runner::open(ground.options(2)).value();
  Types ids;
  for (int i = 0; i < 5; ++i) ids.push_back(first->submit_match(solo({"hang"})).value().id);
  auto events = first->events({}).value();
  int running = 0;
  int ended = 0;
  while (ended < 5) {
    const auto event = events->next(patience()).value();
    REQUIRE(event);
    if (event->type == "started") {
      ++running;
      CHECK(running <= 2);
      if (running == 2 || ended == 4) (void)first->stop_match(event->subject, "");  // or it has been, below
    }
    if (event->type == "ended") --running, ++ended;
    if (event->type == "ended" && ended < 5 && running == 1) {
      for (const std::string& id : ids)
        if (second->get_match(id).value().state == MatchState::running) (void)second->stop_match(id, "");
    }
  }
  for (const std::string& id : ids) CHECK(second->wait_match(id, patience()).value().state == MatchState::stopped);
}

TEST_CASE("a runner with another pool size is refused, and a pool can be resized") {
  const Ground ground;
  const auto runner = Runner::open(ground.options(2)).value();
  CHECK(Runner::open(ground.options(3)).error().code == ErrorCode::conflict);
  const Match match = runner->submit_match(solo({"hang"})).value();
  until(*runner, match.id, MatchState::running);
  const PoolStatus busy = runner->list_pools().value().front();
  REQUIRE(busy.busy.size() == 1);
  CHECK(busy.busy[0].match == match.id);
  CHECK(runner->resize_pool("default", 4).value().slots == 4);
  if (busy.busy[0].slot == 1) CHECK(runner->resize_pool("default", 1).error().code == ErrorCode::conflict);
  CHECK(runner->resize_pool("nowhere", 4).error().code == ErrorCode::not_found);
  CHECK(runner->resize_pool("default", 0).error().code == ErrorCode::invalid_argument);
  REQUIRE(runner->stop_match(match.id, ""));
  REQUIRE(runner->wait_match(match.id, patience()));
  CHECK(runner->resize_pool("default", 1).value().slots == 1);
}

TEST_CASE("closing gives matches back, and another runner plays them") {
  const Ground ground;
  auto first = Runner::open(ground.options()).value();
  const Match match = first->submit_match(duel({"hang"})).value();
  until(*first, match.id, MatchState::running);
  REQUIRE(first->close(milliseconds(0)));
  REQUIRE(first->close(milliseconds(0)));
  const auto second = Runner::open(ground.options()).value();
  until(*second, match.id, MatchState::running);
  CHECK(second->get_match(match.id).value().attempt == 1);
  REQUIRE(second->stop_match(match.id, ""));
  CHECK(second->wait_match(match.id, patience()).value().state == MatchState::stopped);
  const Types types = event_types(*second, match.id);
  CHECK(std::count(types.begin(), types.end(), "lapse") == 1);
}

TEST_CASE("only_match leaves everything else in the queue") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Match other = desk->submit_match(solo({"exit 0"})).value();
  const Match mine = desk->submit_match(solo({"exit 0"})).value();
  RunnerOptions options = ground.options();
  options.only_match = mine.id;
  const auto runner = Runner::open(options).value();
  CHECK(runner->wait_match(mine.id, patience()).value().state == MatchState::finished);
  CHECK(runner->get_match(other.id).value().state == MatchState::queued);
}

TEST_CASE("events are pulled, from any point, with a descriptor that tells when") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  const Match first = played(*runner, solo({"exit 0"}));
  auto later = runner->events({"", 0, true}).value();
  CHECK_FALSE(later->next(Context::within(milliseconds(0))).value().has_value());
  const Match second = played(*runner, solo({"exit 0"}));
  pollfd readable{later->fileno(), POLLIN, 0};
  CHECK(::poll(&readable, 1, 10'000) == 1);
  CHECK(later->next(patience()).value()->subject == second.id);
  std::stop_source stop;
  stop.request_stop();
  auto quiet = runner->events({"nobody", 0, false}).value();
  CHECK(quiet->next({Context::Clock::time_point::max(), stop.get_token()}).error().code == ErrorCode::cancelled);
  REQUIRE(runner->close(milliseconds(0)));
  std::uint64_t last = 0;
  while (true) {
    const auto event = later->next(patience());
    if (!event) {
      CHECK(event.error().code == ErrorCode::cancelled);
      break;
    }
    CHECK((*event)->sequence > last);
    last = (*event)->sequence;
  }
}

TEST_CASE("waiting ends with the context") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Match match = desk->submit_match(solo({"exit 0"})).value();
  CHECK(desk->wait_match(match.id, Context::within(milliseconds(1))).error().code == ErrorCode::timeout);
  std::stop_source stop;
  stop.request_stop();
  CHECK(desk->wait_match(match.id, {Context::Clock::time_point::max(), stop.get_token()}).error().code ==
        ErrorCode::cancelled);
  CHECK(desk->wait_match("nobody", patience()).error().code == ErrorCode::not_found);
}

TEST_CASE("options that cannot be meant are named") {
  const Ground ground;
  const auto refused = [](RunnerOptions options) { return Runner::open(std::move(options)).error(); };
  RunnerOptions options = ground.options();
  options.store = nullptr;
  CHECK(refused(options).message.rfind("store:", 0) == 0);
  options = ground.options();
  options.executor = nullptr;
  CHECK(refused(options).message.rfind("executor:", 0) == 0);
  options = ground.options();
  options.lease = milliseconds(1);
  CHECK(refused(options).message.rfind("lease:", 0) == 0);
  options = ground.options();
  options.spool_folder = "/proc/nowhere";
  CHECK(refused(options).message.find("/proc/nowhere") != std::string::npos);
}

TEST_CASE("in a forked child every call says so, and nothing hangs") {
  const Ground ground;
  auto runner = Runner::open(ground.options()).value();
  auto events = runner->events({}).value();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    bool held = runner->submit_match(solo({"exit 0"})).error().code == ErrorCode::forked;
    held = held && runner->list_games().error().code == ErrorCode::forked;
    held = held && runner->close(milliseconds(0)).error().code == ErrorCode::forked;
    held = held && events->next(Context::within(milliseconds(0))).error().code == ErrorCode::forked;
    runner.reset();
    ::_exit(held ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(played(*runner, solo({"exit 0"})).state == MatchState::finished);
}
