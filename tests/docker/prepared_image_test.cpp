// SPDX-License-Identifier: Apache-2.0
// Prepared images: made once, by whoever comes first, and of no harm when that is nobody or several.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include "adapters/docker/prepared_image.hpp"
#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

using nlohmann::json;

json prepared_images() {
  const json filters = {{"label", {docker::prepared_label}}};
  return asked_of_engine("/images/json?filters=" + docker::escaped(filters.dump()));
}

// Those that others were made of come last.
void remove_all_prepared() {
  for (auto images = prepared_images(); !images.empty(); images = prepared_images())
    for (const json& image : images) {
      const bool has_child = std::any_of(images.begin(), images.end(),
                                         [&](const json& other) { return other["ParentId"] == image["Id"]; });
      if (!has_child) ask_engine("DELETE", "/images/" + image["Id"].get<std::string>() + "?noprune=1&force=1");
    }
}

std::string id_of(const std::string& image) { return asked_of_engine("/images/" + image + "/json")["Id"]; }

// What the seat's folders look like to it, and that it can write there.
constexpr const char* look_around =
    "ls -ld /matchrunner/seat /matchrunner/kept $MATCHRUNNER_OUTPUT | awk '{ print $1, $3, $4, $9 }'; pwd; id -u;\n"
    "echo x > $MATCHRUNNER_OUTPUT/x && echo '{\"scores\": {}}' > $MATCHRUNNER_RESULT && touch /matchrunner/seat/y &&\n"
    "! touch /matchrunner/z 2>/dev/null && ! touch /bin/z 2>/dev/null";

void play_well(const std::string& image = busybox) {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, look_around);
  plan.game.seats[0].image = image;
  const Played played = play_again(*open_executor(), plan);
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(played.infrastructure_error.empty());
  CHECK(log_of(plan, "main") ==
        "drwxr-xr-x 65534 65534 /matchrunner/kept\ndrwxr-xr-x 65534 65534 /matchrunner/kept/output\n"
        "drwxr-xr-x 65534 65534 /matchrunner/seat\n/\n65534\n");
  CHECK(read_bytes(plan.spool_folder + "/output/x") == "x\n");
  CHECK(read_bytes(plan.spool_folder + "/result.json") == "{\"scores\": {}}\n");
}

// Of a runner that is killed after a time.
void prepare_and_die(const MatchPlan& plan, std::chrono::milliseconds after) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto executor = make_docker_executor(docker_options());
    if (!executor || !(*executor)->prepare(plan, {}) || !(*executor)->prepare(plan, {})) ::_exit(1);
    ::pause();
  }
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("an image that comes again is prepared once, and its seats find what they find without") {
  remove_all_prepared();
  {
    const TemporaryFolder folder;
    CHECK(play(*open_executor(), shell_plan(folder, "true")).seat.verdict == Verdict::ok);
  }
  CHECK(prepared_images().empty());
  play_well();
  const auto made = prepared_images();
  REQUIRE(made.size() == 1);
  CHECK(made[0]["ParentId"] == id_of(busybox));
  play_well();
  REQUIRE(prepared_images().size() == 1);
  CHECK(prepared_images()[0]["Id"] == made[0]["Id"]);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a prepared image is removed under who is about to use it") {
  const TemporaryFolder folder;
  const auto executor = open_executor();
  const MatchPlan plan = shell_plan(folder, "echo x > $MATCHRUNNER_OUTPUT/x");
  REQUIRE(executor->prepare(plan, {}));
  REQUIRE(executor->prepare(plan, {}));
  REQUIRE(prepared_images().size() == 1);
  remove_all_prepared();
  const auto run = executor->start(plan, {});
  REQUIRE(run);
  CHECK(follow(**run).seat.verdict == Verdict::ok);
  CHECK(read_bytes(plan.spool_folder + "/output/x") == "x\n");
  // And made again by the next.
  CHECK(play(*executor, shell_plan(folder, "true")).seat.verdict == Verdict::ok);
  CHECK(prepared_images().size() == 1);
}

TEST_CASE("who is killed as it prepares an image leaves nothing that stays or harms") {
  const TemporaryFolder folder;
  for (int i = 0; i < 12; ++i) {
    CAPTURE(i);
    remove_all_prepared();
    const MatchPlan dead = shell_plan(folder, "true");
    prepare_and_die(dead, milliseconds(20 * i));
    play_well();
    std::filesystem::remove_all(dead.spool_folder);
    play_well();  // sweeps what belongs to no match
    CHECK(left_on_engine() == 0);
    play_well();
    CHECK(prepared_images().size() == 1);
  }
}

TEST_CASE("while another runner prepares an image, and when that one was killed, matches go on without") {
  remove_all_prepared();
  const TemporaryFolder folder;
  const MatchPlan dead = shell_plan(folder, "true");
  const std::string base = id_of(busybox);
  const json body = {{"Image", base}, {"Labels", docker::run_labels(dead)}};
  ask_engine("POST", "/containers/create?name=matchrunner.prepared." + base.substr(base.find(':') + 1) + "-65534-65534",
             body.dump());
  play_well();
  CHECK(prepared_images().empty());
  CHECK(containers_left() == 1);  // its match may be taken up
  MatchPlan heir = dead;
  heir.epoch += 1;
  CHECK(open_executor()->adopt(heir, {}).error().code == ErrorCode::not_found);
  CHECK(containers_left() == 0);
  play_well();
  CHECK(prepared_images().size() == 1);
}

TEST_CASE("runners that prepare an image at once all play, and one image is left") {
  remove_all_prepared();
  shared_docker();
  std::vector<std::thread> runners;
  std::array<bool, 6> went{};
  const TemporaryFolder folder;
  for (bool& well : went)
    runners.emplace_back([&well, plan = shell_plan(folder, "echo x > $MATCHRUNNER_OUTPUT/x")] {
      const auto executor = make_docker_executor(docker_options());
      if (!executor || !(*executor)->prepare(plan, {}) || !(*executor)->prepare(plan, {})) return;
      const auto run = (*executor)->start(plan, {});
      if (!run) return;
      while (const auto report = (*run)->poll(Context::within(std::chrono::minutes(1)))) {
        if (!*report) return;
        if ((*report)->kind == RunReport::Kind::ended) break;
      }
      well = read_bytes(plan.spool_folder + "/output/x") == "x\n";
    });
  for (std::thread& runner : runners) runner.join();
  CHECK(std::all_of(went.begin(), went.end(), [](bool well) { return well; }));
  CHECK(prepared_images().size() == 1);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("an image that is updated is prepared anew, and the old one goes") {
  remove_all_prepared();
  const std::string name = "matchrunner-test/changing:1";
  const auto make = [](const std::string& of, const std::string& value) {
    ask_engine("POST", "/containers/create?name=maker", json{{"Image", busybox}}.dump());
    ask_engine("POST", "/commit?container=maker&repo=matchrunner-test/" + of + "&tag=1",
               json{{"Env", {"CHANGED=" + value}}}.dump());
    ask_engine("DELETE", "/containers/maker");
  };
  make("changing", "no");
  make("changed", "yes");
  const std::string first = id_of(name);
  const auto says = [&] {
    const TemporaryFolder folder;
    MatchPlan plan = shell_plan(folder, "echo $CHANGED");
    plan.game.seats[0].image = name;
    CHECK(play_again(*open_executor(), plan).seat.verdict == Verdict::ok);
    return log_of(plan, "main");
  };
  CHECK(says() == "no\n");
  REQUIRE(prepared_images().size() == 1);
  CHECK(prepared_images()[0]["ParentId"] == first);
  ask_engine("POST", "/images/matchrunner-test/changed:1/tag?repo=matchrunner-test/changing&tag=1");
  CHECK(says() == "yes\n");
  REQUIRE(prepared_images().size() == 1);
  CHECK(prepared_images()[0]["ParentId"] == id_of(name));
  CHECK(asked_of_engine("/images/" + first + "/json")["Id"] == first);  // it is not ours to remove
  ask_engine("DELETE", "/images/" + name);
  ask_engine("DELETE", "/images/matchrunner-test/changed:1");
  ask_engine("DELETE", "/images/" + first);
}

TEST_CASE("an image with a folder of that name, or of no program, is not prepared") {
  remove_all_prepared();
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  SECTION("a folder with files, which are the seat's") {
    ask_engine("POST", "/containers/create?name=with-folder",
               json{{"Image", busybox}, {"User", "0:0"}, {"WorkingDir", "/matchrunner/kept/output/given"}}.dump());
    ask_engine("POST", "/commit?container=with-folder&repo=matchrunner-test/folder&tag=1", R"({"WorkingDir": "/"})");
    ask_engine("DELETE", "/containers/with-folder");
    plan.game.seats[0].image = "matchrunner-test/folder:1";
    plan.game.seats[0].arguments = {"ls $MATCHRUNNER_OUTPUT"};
    CHECK(play_again(*open_executor(), plan).seat.verdict == Verdict::ok);
    CHECK(log_of(plan, "main") == "given\n");
  }
  SECTION("no program") {
    ask_engine("POST", "/images/create?fromSrc=-&repo=matchrunner-test/none&tag=1", std::string(1024, '\0'));
    plan.game.seats[0].image = "matchrunner-test/none:1";
    plan.game.seats[0].arguments.clear();
    const auto executor = open_executor();
    REQUIRE(executor->prepare(plan, {}));
    REQUIRE(executor->prepare(plan, {}));
    CHECK(executor->start(plan, {}).error().message == "seat main: No command specified (400)");
  }
  CHECK(prepared_images().empty());
  ask_engine("DELETE", "/images/" + *plan.game.seats[0].image);
}

TEST_CASE("no seat may ask for a prepared image") {
  const TemporaryFolder folder;
  play_well();
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = prepared_images().at(0)["RepoTags"][0].get<std::string>();
  DockerOptions options = docker_options();
  options.images = {"*"};
  CHECK(open_executor(options)->prepare(plan, {}).error().code == ErrorCode::permission_denied);
}

TEST_CASE("an image that only says it was prepared is nobody's to remove, and takes nobody's place") {
  remove_all_prepared();
  const std::string base = id_of(busybox);
  const auto forge = [](const std::string& repository, const std::string& tag, const std::string& its_base) {
    ask_engine("POST", "/containers/create?name=forger", json{{"Image", "matchrunner-test/healthy:1"}}.dump());
    ask_engine("POST", "/commit?container=forger&repo=" + repository + "&tag=" + tag,
               json{{"Labels", {{docker::prepared_label, its_base}}}, {"Env", {"FORGED=yes"}}}.dump());
    ask_engine("DELETE", "/containers/forger");
  };
  forge("matchrunner.invalid/prepared", base.substr(base.find(':') + 1) + "-65534-65534", base);
  forge("matchrunner-test/forged", "1", "sha256:" + std::string(64, '0'));
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "echo forged: $FORGED");
  CHECK(play_again(*open_executor(), plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "forged:\n");
  play_well("matchrunner-test/forged:1");
  CHECK(prepared_images().size() == 3);  // both, and that of the second
  remove_all_prepared();
}
