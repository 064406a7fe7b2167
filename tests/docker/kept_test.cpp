// SPDX-License-Identifier: Apache-2.0
// What goes into a container and what is fetched out of it.
#include <sys/stat.h>

#include <filesystem>

#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a seat finds its files in its folder, as its own") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "given/deep");
  write_bytes(folder / "given/deep/data", std::string(200'000, 'd'));
  write_bytes(folder / "tool", "#!/bin/sh\necho from the tool\n");
  ::chmod((folder / "tool").c_str(), 0755);
  std::filesystem::create_symlink("deep/data", folder / "given/link");
  MatchPlan plan =
      shell_plan(folder,
                 "pwd; cat note; ../tool; ls -l .. >&2; test -O note; echo; cat ../given/link | head -c 3; "
                 "test $(cat ../given/deep/data | awk '{ print length }') = 200000 && touch own");
  Seat& seat = plan.game.seats[0];
  seat.working_folder = "work";
  seat.files = {{"work/note", std::nullopt, "a note\n"},
                {"given", folder / "given", std::nullopt},
                {"tool", folder / "tool", std::nullopt}};
  const Played played = play(*open_executor(), plan);
  INFO(read_bytes(plan.spool_folder + "/logs/main.stderr"));
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stdout") == "/matchrunner/seat/work\na note\nfrom the tool\n\nddd");
}

TEST_CASE("a file that is not there is an error that names it, and nothing is left") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].files = {{"x", "/no/such/file", std::nullopt}};
  const auto executor = open_executor();
  REQUIRE(executor->prepare(plan, {}));
  const auto run = executor->start(plan, {});
  REQUIRE(!run);
  CHECK(run.error().code == ErrorCode::not_found);
  CHECK(run.error().message.find("/no/such/file") != std::string::npos);
  CHECK(containers_left() == 0);
}

TEST_CASE("what a seat leaves is fetched: regular files alone, under any name") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(
      folder,
      "cd $MATCHRUNNER_OUTPUT; mkdir -p a/b; echo 1 > a/b/one; echo 2 > \"$(printf 'zw\\303\\266lf \\377\\n.')\"; "
      "ln -s /etc/passwd link; ln a/b/one hard; mkdir empty; "
      "echo 3 > $(seq 100 | awk '{ s = s \"x\" } END { print s s }'); "
      "echo '{\"scores\": {}}' > $MATCHRUNNER_RESULT; rm -f /nothing 2>/dev/null; chmod 0 a/b/one a/b");
  const Played played = play(*open_executor(), plan);
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(played.infrastructure_error.empty());
  CHECK(read_bytes(plan.spool_folder + "/result.json") == "{\"scores\": {}}\n");
  CHECK(read_bytes(plan.spool_folder + "/output/a/b/one") == "1\n");
  CHECK(read_bytes(plan.spool_folder + "/output/zw\xc3\xb6lf \xff\n.") == "2\n");
  CHECK(read_bytes(plan.spool_folder + "/output/" + std::string(200, 'x')) == "3\n");
  CHECK(!std::filesystem::exists(std::filesystem::symlink_status(plan.spool_folder + "/output/link")));
}

TEST_CASE("whatever a seat left is found, however little it shows") {
  const TemporaryFolder folder;
  const auto [script, left] = GENERATE(table<std::string, std::string>({
      {"mkdir -p a/b; echo x > a/b/x", "output/a/b/x"},
      {": > empty", "output/empty"},
      {"echo x > .hidden", "output/.hidden"},
      {"echo x > x; touch -d '2001-02-03 04:05:06' x .", "output/x"},
      {"echo x > $HOME/x; busybox mv $HOME/x x; touch -r /bin .", "output/x"},
      {"echo x > $HOME/x; busybox ln $HOME/x x", "output/x"},
      {"mkdir $HOME/new; echo x > $HOME/new/x; cd /; busybox rmdir $MATCHRUNNER_OUTPUT; busybox mv $HOME/new "
       "$MATCHRUNNER_OUTPUT",
       "output/x"},
      {"echo '{\"scores\": {}}' > $MATCHRUNNER_RESULT; touch -d '1983-09-04 08:01:23' $MATCHRUNNER_RESULT "
       "${MATCHRUNNER_RESULT%/*}",
       "result.json"},
      {"echo '{\"scores\": {}}' > $HOME/x; busybox mv $HOME/x $MATCHRUNNER_RESULT", "result.json"},
      {"echo '{\"scores\": {}}' > $MATCHRUNNER_RESULT; busybox rmdir $MATCHRUNNER_OUTPUT", "result.json"},
  }));
  CAPTURE(script);
  const auto executor = open_executor();
  const MatchPlan plan = shell_plan(folder, "cd $MATCHRUNNER_OUTPUT; " + script);
  const Played played = play_again(*executor, plan);
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(std::filesystem::is_regular_file(plan.spool_folder + "/" + left));
  // And nothing where there is nothing, or nothing any more.
  const MatchPlan none = shell_plan(folder, GENERATE("true", "cd $MATCHRUNNER_OUTPUT; touch x; busybox rm x"));
  CHECK(play(*executor, none).seat.verdict == Verdict::ok);
  CHECK(std::filesystem::is_empty(none.spool_folder + "/output"));
  CHECK(!std::filesystem::exists(none.spool_folder + "/result.json"));
}

TEST_CASE("a seat with files finds the same as one without, and the files") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "cat $HOME/note; echo x > $MATCHRUNNER_OUTPUT/x; touch $HOME/own");
  plan.game.seats[0].files = {{"note", std::nullopt, "a note\n"}};
  CHECK(play_again(*open_executor(), plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "a note\n");
  CHECK(read_bytes(plan.spool_folder + "/output/x") == "x\n");
}

TEST_CASE("artifacts are limited") {
  const TemporaryFolder folder;
  SECTION("in bytes") {
    MatchPlan plan = shell_plan(folder, "cd $MATCHRUNNER_OUTPUT; echo small > a; head -c 3000000 /dev/zero > b");
    plan.game.seats[0].limits.artifact_bytes = 1 << 20;
    const Played played = play(*open_executor(), plan);
    CHECK(played.seat.verdict == Verdict::output_limit);
    CHECK(played.seat.limit == "artifact_bytes");
    CHECK(read_bytes(plan.spool_folder + "/output/a") == "small\n");
    CHECK(!std::filesystem::exists(plan.spool_folder + "/output/b"));
  }
  SECTION("in files") {
    const MatchPlan plan = shell_plan(folder, "cd $MATCHRUNNER_OUTPUT; for i in $(seq 10050); do : > $i; done");
    const Played played = play(*open_executor(), plan);
    CHECK(played.seat.verdict == Verdict::output_limit);
    CHECK(played.seat.detail.find("10000 files") != std::string::npos);
  }
}

TEST_CASE("lines of stderr that are objects with a type are events, and told while it plays") {
  const TemporaryFolder folder;
  const MatchPlan plan =
      shell_plan(folder,
                 "echo '{\"type\": \"progress\", \"move\": 1}' >&$MATCHRUNNER_EVENTS; echo '{\"no\": \"event\"}' >&2; "
                 "echo '{\"type\": 3}' >&2; printf '{\"type\": \"last\"}' >&2; while :; do sleep 1; done");
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  const auto first = run->poll(Context::within(std::chrono::minutes(1))).value();
  REQUIRE(first);
  CHECK(first->text == "{\"type\": \"progress\", \"move\": 1}");
  REQUIRE(run->stop(milliseconds(0)));
  const Played played = follow(*run);
  REQUIRE(played.reports.front().kind == RunReport::Kind::line);
  CHECK(played.reports.front().text == "{\"type\": \"last\"}");
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stderr") == "{\"no\": \"event\"}\n{\"type\": 3}\n");
}
