// SPDX-License-Identifier: Apache-2.0
// Runners in processes of their own that are killed or stopped while a match runs, and the runner that comes after
// them.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "docker/docker_match.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/runner.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct Place {
  RunnerOptions options() const {
    RunnerOptions options;
    options.store = open_state_store("sqlite:///" + (folder / "matches.db")).value();
    options.artifacts = open_artifact_sink("file://" + (folder / "artifacts")).value();
    options.executor = [docker = docker_options()] { return make_docker_executor(docker); };
    options.slots = 1;
    options.spool_folder = folder / "spool";
    options.lease = std::chrono::seconds(5);
    return options;
  }
  const TemporaryFolder folder;
};

// A runner, from when it is told to begin until it is told to close. Made before this process has threads.
class RunnerProcess {
 public:
  explicit RunnerProcess(const Place& place) {
    shared_docker();  // else the child would start one
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[1]);
      char told = 0;
      if (::read(ends[0], &told, 1) != 1) ::_exit(0);
      auto runner = Runner::open(place.options());
      if (!runner || ::read(ends[0], &told, 1) != 0) ::_exit(1);
      ::_exit((*runner)->close(milliseconds(0)) ? 0 : 2);
    }
    ::close(ends[0]);
    end_ = ends[1];
  }
  ~RunnerProcess() {
    if (pid_ > 0) kill();
    ::close(end_);
  }
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  void begin() const { REQUIRE(::write(end_, "b", 1) == 1); }
  void stop() const { ::kill(pid_, SIGSTOP); }
  void wake() const { ::kill(pid_, SIGCONT); }
  void kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  // Wakes up, does what it does then, and ends.
  void wake_and_close() {
    wake();
    ::close(std::exchange(end_, -1));
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

 private:
  pid_t pid_ = 0;
  int end_ = -1;
};

constexpr const char* until_told =
    "i=0; while ! test -e /tmp/go; do i=$((i+1)); echo \"line $i\";\n"
    "echo '{\"type\": \"progress\", \"move\": '$i'}' >&2; sleep 0.02; done\n"
    "echo $i >$MATCHRUNNER_OUTPUT/count; echo '{\"scores\": {\"main\": '$i'}}' >$MATCHRUNNER_RESULT";

MatchRequest request_for(const std::string& script) {
  MatchRequest request;
  request.inline_game.emplace();
  request.inline_game->name = "solo";
  request.inline_game->wiring = Wiring::none;
  request.inline_game->attempts = 1;
  Seat& seat = request.inline_game->seats.emplace_back();
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.image = busybox;
  seat.arguments = {script};
  return request;
}

std::vector<Event> events_of(Runner& desk, const std::string& id) {
  std::vector<Event> all;
  auto events = desk.events({id, 0, false}).value();
  while (true) {
    auto event = events->next(Context::within(milliseconds(0)));
    if (!event || !*event) return all;
    all.push_back(**event);
  }
}

std::ptrdiff_t count_of(const std::vector<Event>& events, const std::string& type) {
  return std::count_if(events.begin(), events.end(), [&](const Event& event) { return event.type == type; });
}

// So many of the type.
void wait_for_events(Runner& desk, const std::string& id, const std::string& type, int count = 1) {
  auto events = desk.events({id, 0, false}).value();
  while (count > 0) {
    const auto event = events->next(Context::within(std::chrono::minutes(2))).value();
    REQUIRE(event);
    count -= event->type == type ? 1 : 0;
  }
}

// A lock on the database that its owner, being stopped, does not give back is SQLite's business, and holds up everyone.
bool is_free(StateStore& store) {
  Batch refused;
  Record& record = refused.writes.emplace_back().record;
  record.kind = "match";
  record.id = "of-nobody";
  record.version = 1;
  return store.commit(refused, Context::within(milliseconds(500))).error().code == ErrorCode::conflict;
}

// The id of the match, once some of its events are in the journal.
std::string begun(Runner& desk, const MatchRequest& request) {
  const std::string id = desk.submit_match(request).value().id;
  wait_for_events(desk, id, "progress", 3);
  return id;
}

void stop_without_a_lock(const RunnerProcess& runner, StateStore& store) {
  for (runner.stop(); !is_free(store); runner.stop()) runner.wake();
}

// Every line once, in the log and in the journal, and nothing was tried twice.
void check_whole(Runner& desk, const Match& match) {
  REQUIRE(match.state == MatchState::finished);
  const int count = static_cast<int>(match.outcome->seats[0].score.value());
  std::string log;
  std::vector<int> moves;
  for (int i = 1; i <= count; ++i) {
    log += "line " + std::to_string(i) + "\n";
    moves.push_back(i);
  }
  std::vector<int> told;
  const std::vector<Event> events = events_of(desk, match.id);
  for (const Event& event : events)
    if (event.type == "progress") told.push_back(nlohmann::json::parse(event.body)["move"].get<int>());
  CHECK(told == moves);
  CHECK(desk.read_log(match.id, "logs/main.stdout", 0, 1 << 20).value().bytes == log);
  CHECK(desk.read_log(match.id, "output/count", 0, 100).value().bytes == std::to_string(count) + "\n");
  CHECK(count_of(events, "started") == 1);
  CHECK(count_of(events, "seat_ended") == 1);
  CHECK(match.attempt == 1);
}

RunnerOptions watching(const Place& place) {
  RunnerOptions options = place.options();
  options.workers = 0;
  return options;
}

}  // namespace

TEST_CASE("a match whose runner was killed goes on in the runner that comes after it") {
  const Place place;
  RunnerProcess first(place), second(place);
  const auto desk = Runner::open(watching(place)).value();
  first.begin();
  const std::string id = begun(*desk, request_for(until_told));
  const std::string container = container_of(id, "main");
  first.kill();
  second.begin();
  wait_for_events(*desk, id, "adopted");
  second.kill();  // and one that has adopted it, too
  auto third = Runner::open(place.options()).value();
  wait_for_events(*desk, id, "adopted", 2);
  CHECK(container_of(id, "main") == container);
  run_inside(container, "touch /tmp/go");
  const Match match = desk->wait_match(id, Context::within(std::chrono::minutes(2))).value();
  check_whole(*desk, match);
  third.reset();  // which waits for what it removes
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a runner that was stopped past its lease does no harm to what another has adopted") {
  const Place place;
  RunnerProcess first(place);
  const auto desk = Runner::open(watching(place)).value();
  first.begin();
  const std::string id = begun(*desk, request_for(until_told));
  const std::string container = container_of(id, "main");
  stop_without_a_lock(first, *place.options().store);
  const auto second = Runner::open(place.options()).value();
  wait_for_events(*desk, id, "adopted");
  first.wake_and_close();
  CHECK(container_of(id, "main") == container);
  run_inside(container, "touch /tmp/go");
  const Match match = desk->wait_match(id, Context::within(std::chrono::minutes(2))).value();
  check_whole(*desk, match);
}

TEST_CASE("a match that ended while nobody watched has the outcome that it left") {
  const Place place;
  std::string id, container;
  {
    RunnerProcess first(place);
    const auto desk = Runner::open(watching(place)).value();
    first.begin();
    id = begun(*desk, request_for(until_told));
    container = container_of(id, "main");
    first.kill();
  }
  run_inside(container, "touch /tmp/go");
  wait_for_end(container);
  const auto second = Runner::open(place.options()).value();
  check_whole(*second, second->wait_match(id, Context::within(std::chrono::minutes(2))).value());
}

TEST_CASE("a match whose container somebody removed meanwhile runs again, if it may") {
  const Place place;
  RunnerProcess first(place);
  const auto desk = Runner::open(watching(place)).value();
  first.begin();
  MatchRequest request = request_for(until_told);
  const std::uint32_t attempts = GENERATE(1U, 2U);
  request.inline_game->attempts = attempts;
  const std::string id = begun(*desk, request);
  first.kill();
  ask_engine("DELETE", "/containers/" + container_of(id, "main") + "?force=1&v=1");
  const auto second = Runner::open(place.options()).value();
  if (attempts == 1) {
    const Match match = desk->wait_match(id, Context::within(std::chrono::minutes(2))).value();
    CHECK(match.state == MatchState::failed);
    CHECK(match.outcome->fault == Fault::infrastructure);
    return;
  }
  wait_for_events(*desk, id, "started", 2);
  run_inside(container_of(id, "main"), "touch /tmp/go");
  const Match match = desk->wait_match(id, Context::within(std::chrono::minutes(2))).value();
  CHECK(match.state == MatchState::finished);
  CHECK(match.attempt == 2);
}
