// SPDX-License-Identifier: Apache-2.0
// The line to an engine falls silent, as when a plug is pulled: no end and no reset. A match goes on when it comes back
// in time; else it fails by the host's fault or runs again, and neither its slot nor close() hangs.
#include <fstream>
#include <future>
#include <list>
#include <sstream>
#include <thread>

#include "docker/faulty_line.hpp"
#include "docker/one_slot.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct EngineLine {
  DockerOptions options(milliseconds stall = std::chrono::seconds(5)) const {
    DockerOptions options = docker_options();
    options.host = "tcp://" + line.address();
    options.pull_stall_timeout = stall;
    return options;
  }
  FaultyLine line{shared_docker().host().substr(std::string("unix://").size())};
};

// What hangs is let go, so that the test fails and does not hang, too.
template <class Call>
bool returns(FaultyLine& line, Call call) {
  auto done = std::async(std::launch::async, call);
  const bool in_time = done.wait_for(std::chrono::minutes(2)) == std::future_status::ready;
  line.mend();
  done.get();
  return in_time;
}

// What could not be removed over a silent line, the next runner here removes, as its folders are gone.
void check_next_removes_all() {
  {
    const OneSlot next(docker_options());
    CHECK(next.play(busybox, "true").state == MatchState::finished);
  }
  CHECK(left_on_engine() == 0);
}

struct SilentStart {
  SilentStart(const char* place, milliseconds its_stall) : silent_at(place), stall(its_stall) {
    engine.line.silence_at(silent_at);
    id = slot.submit(busybox, "true");
  }
  const char* silent_at;
  milliseconds stall;
  EngineLine engine;
  OneSlot slot{engine.options(stall)};
  std::string id;
};

// A match whose program has ended, and whose line falls silent when the engine is asked how: of a run without any
// wiring nothing else is asked for so after its start.
struct SilentCollecting {
  explicit SilentCollecting(std::uint32_t attempts)
      : id(slot.submit(busybox, "while ! test -e /tmp/go; do sleep 0.1; done", attempts)) {
    slot.wait_for_events(id, "started");
    engine.line.silence_at("/json HTTP");
    let_end();
    engine.line.wait_until_struck();
  }
  void let_end() const { run_inside(container_of(id, "main"), "touch /tmp/go"); }

  EngineLine engine;
  OneSlot slot{engine.options()};
  std::string id;
};

// Of the connections to it, how many the kernel asks by itself whether the other side is still there
// (proc(5): timer 2).
int kept_alive(const FaultyLine& line) {
  const std::string address = line.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  std::ifstream table("/proc/thread-self/net/tcp");
  int count = 0;
  for (std::string row; std::getline(table, row);) {
    std::istringstream fields(row);
    std::string number, from, to, state, queues, timer;
    if (!(fields >> number >> from >> to >> state >> queues >> timer) || state != "01") continue;
    if (std::stoi(to.substr(to.rfind(':') + 1), nullptr, 16) == port && timer.starts_with("02:")) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("lines on which nothing is to be said are watched, so that an engine without power is noticed") {
  EngineLine engine;
  const TemporaryFolder folder;
  const auto executor = open_executor(engine.options());
  const auto run = start(*executor, shell_plan(folder, forever));
  const Context until = Context::within(std::chrono::minutes(2));  // as long as a packet is under way there is none
  int watched = 0;
  while ((watched = kept_alive(engine.line)) < 2 && until.check()) std::this_thread::sleep_for(milliseconds(20));
  CHECK(watched >= 2);  // its output, and its end
}

TEST_CASE("a match goes on when the silent line comes back, also if it ended meanwhile") {
  EngineLine engine;
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "echo first; while ! test -e /tmp/go; do sleep 0.1; done; echo last");
  const auto executor = open_executor(engine.options());
  const auto run = start(*executor, plan);
  engine.line.silence();
  const std::string container = container_of(plan.match_id, "main");
  run_inside(container, "touch /tmp/go");
  wait_for_end(container);
  std::thread mender([&] {
    engine.line.wait_until_struck();
    engine.line.mend();
  });
  const Played played = follow(*run);
  mender.join();
  CHECK(played.lost.empty());
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "first\nlast\n");
}

TEST_CASE("a match whose line stays silent fails by the host's fault, and the next one plays when it is back") {
  EngineLine engine;
  {
    const OneSlot slot(engine.options());
    const std::string id = slot.submit(busybox, forever);
    slot.wait_for_events(id, "started");
    engine.line.silence();
    check_fault(slot.wait(id), "seat main: ");
    engine.line.mend();
    CHECK(slot.play(busybox, "true").state == MatchState::finished);
  }
  CHECK(left_on_engine() == 0);  // the silent one's container, too
}

TEST_CASE("a line that falls silent while a match starts costs it no attempt, and it plays when it is back") {
  std::list<SilentStart> starts;                                // side by side, as each is mostly waiting
  for (const char* place : {"/version", "/containers/create"})  // which may take less than that
    starts.emplace_back(place, std::chrono::minutes(2));
  for (const char* place : {"/containers/create", "/attach?", "/start"})
    starts.emplace_back(place, std::chrono::seconds(5));
  for (SilentStart& start : starts) {
    CAPTURE(start.silent_at, start.stall.count());
    start.engine.line.wait_until_struck();
    start.slot.wait_for_events(start.id, "lapse");
    start.engine.line.mend();
    const Match match = start.slot.wait(start.id);
    INFO((match.outcome ? match.outcome->reason : ""));
    CHECK(match.state == MatchState::finished);
    CHECK(match.attempt == 1);
  }
  starts.clear();
  check_next_removes_all();
}

TEST_CASE("a runner closes although the line to the engine is silent") {
  const bool has_started = GENERATE(true, false);
  {
    EngineLine engine;
    const OneSlot slot(engine.options());
    if (!has_started) engine.line.silence_at("/attach?");
    const std::string id = slot.submit(busybox, forever);
    if (has_started) {
      slot.wait_for_events(id, "started");
      engine.line.silence();
    }
    engine.line.wait_until_struck();
    CHECK(returns(engine.line, [&] { [[maybe_unused]] const auto closed = slot.runner().close(milliseconds(0)); }));
  }
  check_next_removes_all();
}

TEST_CASE("a match of many containers lets go of a silent line as one of one does") {
  EngineLine engine;
  {
    const TemporaryFolder folder;
    std::vector<std::pair<std::string, std::string>> players;
    for (int i = 0; i < 7; ++i) players.emplace_back("player" + std::to_string(i), forever);
    const MatchPlan plan = network_plan(folder, forever, players);
    const auto executor = open_executor(engine.options(std::chrono::minutes(2)));  // stalls are no help
    auto run = start(*executor, plan);
    engine.line.silence();
    std::string lost;
    CHECK(returns(engine.line, [&] {
      lost = follow(*run).lost;
      run.reset();
    }));
    CHECK(lost.find("seat ") == 0);
  }
  check_next_removes_all();
}

TEST_CASE(
    "a seat that is collected over a line that falls silent loses its run: it fails by the host's fault, or again") {
  {
    const SilentCollecting once(1);
    SilentCollecting twice(2);
    check_fault(once.slot.wait(once.id), "seat main: ");
    twice.slot.wait_for_events(twice.id, "lapse");
    twice.engine.line.mend();
    twice.slot.wait_for_events(twice.id, "started", 2);
    twice.let_end();
    const Match match = twice.slot.wait(twice.id);
    CHECK(match.state == MatchState::finished);
    CHECK(match.attempt == 2);
  }
  check_next_removes_all();
}
