// SPDX-License-Identifier: Apache-2.0
// Runners of two hosts on one engine: what one of them has there, the other leaves alone, whatever has become of its
// folder. The other is this program once more, with a name of its own for its host.
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "adapters/docker/container.hpp"
#include "adapters/docker/engine.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

constexpr const char* other_host_case = "a runner of another host";
constexpr const char* engine_variable = "MATCHRUNNER_TEST_ENGINE";
constexpr const char* folder_variable = "MATCHRUNNER_TEST_FOLDER";  // where it begins a match
constexpr const char* end_variable = "MATCHRUNNER_TEST_END";        // descriptor that is told so; empty: it plays one

// A match in `folder` begins there, and goes on; or one is played to its end.
class OtherHost {
 public:
  OtherHost(const std::string& folder, bool begins) {
    const std::string engine = shared_docker().host();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      ::setenv(engine_variable, engine.c_str(), 1);
      ::setenv(folder_variable, folder.c_str(), 1);
      ::setenv(end_variable, begins ? std::to_string(ends[1]).c_str() : "", 1);
      ::execl("/proc/self/exe", "test_docker", other_host_case, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    char told = 0;
    has_begun_ = ::read(ends[0], &told, 1) == 1;
    ::close(ends[0]);
  }
  ~OtherHost() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    end();
  }
  OtherHost(const OtherHost&) = delete;
  OtherHost& operator=(const OtherHost&) = delete;

  bool has_begun() const { return has_begun_; }
  // It ended well.
  bool end() {
    int status = -1;
    if (pid_ > 0) ::waitpid(std::exchange(pid_, 0), &status, 0);
    return status == 0;
  }

 private:
  pid_t pid_ = 0;
  bool has_begun_ = false;
};

MatchPlan two_seats(const TemporaryFolder& folder) { return network_plan(folder, forever, {{"red", forever}}); }

std::size_t left_of_this_host() {
  const std::string filters =
      "filters=" +
      docker::escaped(nlohmann::json{{"label", {std::string(docker::host_label) + "=" + docker::this_host()}}}.dump());
  return asked_of_engine("/containers/json?all=1&" + filters).size() + asked_of_engine("/networks?" + filters).size() +
         asked_of_engine("/volumes?" + filters)["Volumes"].size();
}

}  // namespace

TEST_CASE(other_host_case, "[.]") {
  REQUIRE(::unshare(CLONE_NEWUTS) == 0);
  const std::string name = "matchrunner-other";  // before anything asks for it
  REQUIRE(::sethostname(name.data(), name.size()) == 0);
  DockerOptions options;
  options.host = std::getenv(engine_variable);
  options.images = {"matchrunner-test/*"};
  const TemporaryFolder folder(std::filesystem::path{std::getenv(folder_variable)});
  const auto executor = open_executor(options);
  const std::string end = std::getenv(end_variable);
  if (end.empty()) {
    CHECK(follow(*start(*executor, shell_plan(folder, "true"))).seat.verdict == Verdict::ok);
    return;
  }
  const auto run = start(*executor, two_seats(folder));
  REQUIRE(::write(std::stoi(end), "b", 1) == 1);
  ::pause();
}

TEST_CASE("of two hosts on one engine none removes what the other has there") {
  const TemporaryFolder here, there;
  const MatchPlan plan = two_seats(here);
  auto executor = open_executor();
  auto run = start(*executor, plan);
  const std::size_t of_one = left_of_this_host();
  CHECK(of_one == 4);  // two containers, a network, a volume
  OtherHost other(there.path(), /*begins=*/true);
  REQUIRE(other.has_begun());
  CHECK(left_of_this_host() == of_one);
  CHECK(left_on_engine() == 2 * of_one);

  // A folder that is not there is that of a host where it is, as seen from here.
  for (const auto& each : std::filesystem::directory_iterator(there.path())) std::filesystem::remove_all(each.path());
  CHECK(follow(*start(*open_executor(), shell_plan(here, "true"))).seat.verdict == Verdict::ok);
  CHECK(left_of_this_host() == of_one);
  CHECK(left_on_engine() == 2 * of_one);

  // And seen from there; its own it removes.
  std::filesystem::remove_all(plan.spool_folder);
  OtherHost next(there.path(), /*begins=*/false);
  CHECK(next.end());
  CHECK(left_of_this_host() == of_one);
  CHECK(left_on_engine() == of_one);
  CHECK(!run->poll(Context::within(milliseconds(300))).value());  // it goes on
  run.reset();
  executor.reset();
  CHECK(left_on_engine() == 0);
}
