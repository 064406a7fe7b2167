// SPDX-License-Identifier: Apache-2.0
// Runs whose runner was killed, gone on with by another executor.
#include <filesystem>
#include <thread>

#include "adapters/docker/earlier_run.hpp"
#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Numbered lines, until it is told to end.
constexpr const char* counter =
    "i=0; while ! test -e /tmp/go; do i=$((i+1)); echo \"line $i\"; echo \"error $i\" >&2;\n"
    "echo '{\"type\": \"progress\", \"move\": '$i'}' >&2; sleep 0.02; done; echo $i >$MATCHRUNNER_OUTPUT/count";

MatchPlan of_heir(MatchPlan plan, std::uint64_t lines_told = 0) {
  plan.epoch += 1;
  plan.lines_told = lines_told;
  return plan;
}

std::unique_ptr<Run> adopt(Executor& executor, const MatchPlan& plan) {
  auto run = executor.adopt(plan, {});
  INFO((run ? "" : run.error().describe()));
  REQUIRE(run);
  return *std::move(run);
}

std::vector<std::string> lines_of(const Played& played) {
  std::vector<std::string> lines;
  for (const RunReport& report : played.reports)
    if (report.kind == RunReport::Kind::line) lines.push_back(report.text);
  return lines;
}

}  // namespace

TEST_CASE("a run goes on in the same container, with every byte and every event once") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, counter);
  begin_and_die(plan);
  const std::string container = container_of(plan.match_id, "main");
  begin_and_die(of_heir(plan), Begin::adopt);  // an heir is killed as well
  auto executor = open_executor();
  auto run = adopt(*executor, of_heir(of_heir(plan), 3));
  CHECK(container_of(plan.match_id, "main") == container);
  run_inside(container, "touch /tmp/go");
  const Played played = follow(*run);
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(played.infrastructure_error.empty());
  const int count = std::stoi(read_bytes(plan.spool_folder + "/output/count"));
  std::string out, err;
  std::vector<std::string> lines;
  for (int i = 1; i <= count; ++i) {
    out += "line " + std::to_string(i) + "\n";
    err += "error " + std::to_string(i) + "\n";
    if (i > 3) lines.push_back("{\"type\": \"progress\", \"move\": " + std::to_string(i) + "}");
  }
  CHECK(log_of(plan, "main") == out);
  CHECK(log_of(plan, "main", "stderr") == err);
  CHECK(lines_of(played) == lines);
  run.reset();
  executor.reset();  // which waits for what it removes
  CHECK(left_on_engine() == 0);
}

TEST_CASE("an engine's log has every byte as it was") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(
      folder,
      "yes 0123456789 | head -c 70001; printf '\\001\\377\\000\\r\\n\\nx\\n'; yes a | head -c 3000; printf 'no end'");
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "main"));
  CHECK(follow(*adopt(*open_executor(), of_heir(plan))).seat.verdict == Verdict::ok);
  std::string wanted, row;
  while (wanted.size() < 70001) wanted += "0123456789\n";
  wanted.resize(70001);
  wanted += std::string("\001\377\000\r\n\nx\n", 8);
  while (row.size() < 3000) row += "a\n";
  CHECK((log_of(plan, "main") == wanted + row + "no end"));
}

TEST_CASE("a long line comes out of an engine's log in one piece") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder,
                                    "head -c 40000 /dev/zero; echo; echo next; head -c 16384 /dev/zero; echo; echo;\n"
                                    "head -c 32768 /dev/zero; echo; head -c 20000 /dev/zero; echo");
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "main"));
  CHECK(follow(*adopt(*open_executor(), of_heir(plan))).seat.verdict == Verdict::ok);
  CHECK((log_of(plan, "main") == std::string(40000, '\0') + "\nnext\n" + std::string(16384, '\0') + "\n\n" +
                                     std::string(32768, '\0') + "\n" + std::string(20000, '\0') + "\n"));
}

TEST_CASE("a run of which the engine has thrown output away is lost, not gone on with") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "yes " + std::string(999, 'x') + " | head -c 60000000");
  plan.game.seats[0].limits.output_bytes = 1000;
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "main"));
  CHECK(follow(*adopt(*open_executor(), of_heir(plan))).lost ==
        "seat main: wrote more than the engine kept while nobody read it");
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a program that ended while nobody watched has the end that it had") {
  const TemporaryFolder folder;
  const auto [script, verdict] = GENERATE(table<std::string, Verdict>({
      {"echo '{\"scores\": {}}' >$MATCHRUNNER_RESULT", Verdict::ok},
      {"exit 3", Verdict::exited},
      {"kill -11 $$", Verdict::crashed},
      {"x=x; while :; do x=$x$x; done", Verdict::memory},
  }));
  MatchPlan plan = shell_plan(folder, "sleep 0.5; " + script);
  plan.game.seats[0].limits.memory_bytes = 32U << 20U;
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "main"));
  const Played played = follow(*adopt(*open_executor(), of_heir(plan)));
  CHECK(played.seat.verdict == verdict);
  CHECK(played.seat.wall_seconds >= 0.3);
  CHECK(played.infrastructure_error.empty());
}

TEST_CASE("a wall limit counts from the start of the container, not of the adoption") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, forever);
  plan.game.seats[0].limits.wall_seconds = 2;
  begin_and_die(plan);
  const Played played = follow(*adopt(*open_executor(), of_heir(plan)));
  CHECK(played.seat.verdict == Verdict::timeout);
  CHECK(played.seat.wall_seconds >= 2);
}

TEST_CASE("a match on its network goes on, and who had ended before is reported again") {
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(folder, "while ! test -e /tmp/go; do sleep 0.05; done; echo done",
                                      {{"red", "echo red; exit 4"}, {"blue", forever}});
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "red"));
  const auto executor = open_executor();
  const auto run = adopt(*executor, of_heir(plan));
  const auto endpoints = run->endpoints();
  CHECK(endpoints[0].host.find('.') != std::string::npos);
  CHECK(endpoints[0].host != endpoints[2].host);
  run_inside(container_of(plan.match_id, "server"), "touch /tmp/go");
  const Played played = follow(*run);
  CHECK(played.of("server").verdict == Verdict::ok);
  CHECK(played.of("red").verdict == Verdict::exited);
  CHECK(played.of("red").exit_code == 4);
  CHECK(played.of("blue").verdict == Verdict::ok);
  CHECK(log_of(plan, "red") == "red\n");
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a player that ends after the one that decides is not blamed for it") {
  const TemporaryFolder folder;
  const MatchPlan plan =
      network_plan(folder, "sleep 0.2", {{"red", "while ! test -e /tmp/go; do sleep 0.05; done; exit 5"}});
  begin_and_die(plan);
  wait_for_end(container_of(plan.match_id, "server"));
  run_inside(container_of(plan.match_id, "red"), "touch /tmp/go");
  wait_for_end(container_of(plan.match_id, "red"));
  const Played played = follow(*adopt(*open_executor(), of_heir(plan)));
  CHECK(played.of("red").verdict == Verdict::ok);
  CHECK(played.of("server").verdict == Verdict::ok);
}

TEST_CASE("what is not all there is not gone on with, and nothing of it is left") {
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(folder, forever, {{"red", forever}});
  SECTION("a container was removed") {
    begin_and_die(plan);
    ask_engine("DELETE", "/containers/" + container_of(plan.match_id, "red") + "?force=1&v=1");
  }
  SECTION("its runner died before all seats were ready") {
    begin_and_die(plan);
    std::filesystem::remove(std::filesystem::path(plan.spool_folder) / "work" / "started");
  }
  SECTION("the engine was started anew") {
    begin_and_die(plan);
    shared_docker().order("stop");
    shared_docker().order("start");
  }
  const auto adopted = open_executor()->adopt(of_heir(plan), {});
  REQUIRE(!adopted);
  CHECK(adopted.error().code == ErrorCode::not_found);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("what ended while there was no engine is not gone on with: nobody has read what it said last") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "sleep 1; echo last; echo '{\"scores\": {}}' >$MATCHRUNNER_RESULT");
  begin_and_die(plan);
  shared_docker().order("stop");
  std::this_thread::sleep_for(std::chrono::seconds(3));  // nobody can be asked whether it has ended
  shared_docker().order("start");
  const auto adopted = open_executor()->adopt(of_heir(plan), {});
  REQUIRE(!adopted);
  CHECK(adopted.error().code == ErrorCode::not_found);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("who was killed between two names is followed by the next") {
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(folder, forever, {{"red", forever}});
  begin_and_die(plan);
  ask_engine("POST", "/containers/" + container_of(plan.match_id, "server") + "/rename?name=matchrunner." +
                         plan.unique_id + ".2.server");
  MatchPlan third = plan;
  third.epoch = 3;
  const auto executor = open_executor();
  const auto run = adopt(*executor, third);
  // Who is of an older epoch finds none of it, and leaves it alone.
  CHECK(open_executor()->adopt(of_heir(plan), {}).error().code == ErrorCode::not_found);
  CHECK(!run->poll(Context::within(milliseconds(300))).value());
  REQUIRE(run->stop(milliseconds(0)));
  CHECK(follow(*run).of("red").verdict == Verdict::killed);
}

TEST_CASE("a seat whose runner died as it killed it is judged by what it was killed for") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, forever);
  begin_and_die(plan);
  docker::note_ended_by(plan, "main", EndedBy::cpu_limit);
  CHECK(follow(*adopt(*open_executor(), of_heir(plan))).seat.verdict == Verdict::timeout);
}
