// SPDX-License-Identifier: Apache-2.0
// ms of a trivial match in a container, from its making to its removal: containers bare|match SOCKET COUNT [AT_ONCE]
// bare: the calls of the engine's API that it needs, over a kept connection; match: a whole match on a memory store,
// from submit to stored outcome.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>
#include <vector>

#include "adapters/http/session.hpp"
#include "base/digest.hpp"
#include "matchrunner/adapters/docker.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/runner.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

constexpr const char* image = "matchrunner-test/busybox:1";
const char* engine_socket = nullptr;

// The walls and limits of the executor, without the volume and the engine's log that its containers have besides.
const std::string body = nlohmann::json{
    {"Image", image},
    {"Cmd", {"exit 0"}},
    {"User", "65534:65534"},
    {"NetworkDisabled", true},
    {"AttachStdout", true},
    {"AttachStderr", true},
    {"HostConfig",
     {{"Init", true},
      {"ReadonlyRootfs", true},
      {"Memory", 512 << 20},
      {"MemorySwap", 512 << 20},
      {"PidsLimit", 65},
      {"CapDrop", {"ALL"}},
      {"SecurityOpt", {"no-new-privileges"}},
      {"Tmpfs", {{"/tmp", "rw,nosuid,nodev,mode=1777,size=1073741824"}}},
      {"LogConfig",
       {{"Type", "none"}}}}}}.dump();

class Bare {
 public:
  void once() {
    const auto made = ask("POST", "/containers/create", body);
    const std::string path = "/containers/" + nlohmann::json::parse(made.body).at("Id").get<std::string>();
    http::Request attach = request("POST", path + "/attach?stream=1&stdout=1&stderr=1");
    std::stop_source attached;
    attach.head_sink = [attached](const http::Answer&) mutable { attached.request_stop(); };
    http::Session streams(options());
    streams.start(std::move(attach));
    if (streams.wait({Context::Clock::time_point::max(), attached.get_token()})) fail("no stream");
    ask("POST", path + "/start");
    ask("POST", path + "/wait");
    must(must(streams.wait({})).answer);
    ask("DELETE", path);
  }

 private:
  static http::SessionOptions options() {
    http::SessionOptions options;
    options.unix_socket = engine_socket;
    return options;
  }
  static http::Request request(const char* method, const std::string& path) {
    http::Request made;
    made.method = method;
    made.url = "http://docker/v1.41" + path;
    made.may_be_silent = true;
    return made;
  }
  http::Answer ask(const char* method, const std::string& path, const std::string& text = {}) {
    http::Request made = request(method, path);
    made.headers = {{"Content-Type", "application/json"}};
    made.body = as_bytes(text);
    http::Answer answer = must(session_.perform(std::move(made), {}));
    if (answer.status / 100 != 2) fail(answer.body);
    return answer;
  }

  http::Session session_{options()};
};

void by_hand(int count, int at_once) {
  std::vector<std::thread> threads;
  for (int i = 0; i < at_once; ++i)
    threads.emplace_back([count] {
      Bare bare;
      for (int n = 0; n < count; ++n) bare.once();
    });
  for (std::thread& thread : threads) thread.join();
}

void by_runner(int count, int at_once) {
  RunnerOptions options;
  options.store = make_memory_store();
  options.artifacts = make_memory_artifacts();
  options.executor = [] {
    DockerOptions docker;
    docker.host = std::string("unix://") + engine_socket;
    docker.images = {image};
    return make_docker_executor(docker);
  };
  options.slots = static_cast<std::uint32_t>(at_once);
  options.spool_folder = std::filesystem::current_path() / "spool";
  const auto runner = must(Runner::open(std::move(options)));
  MatchRequest request;
  request.inline_game.emplace();
  request.inline_game->wiring = Wiring::none;
  request.inline_game->name = "nothing";
  Seat& seat = request.inline_game->seats.emplace_back();
  seat.name = "main";
  seat.image = image;
  seat.arguments = {"exit 0"};
  std::vector<std::string> ids;
  for (int i = 0; i < count * at_once; ++i) ids.push_back(must(runner->submit_match(request)).id);
  for (const std::string& id : ids) {
    const Match ended = must(runner->wait_match(id, {}, WaitFor::outcome));
    if (!ended.outcome || ended.outcome->seats.at(0).verdict != Verdict::ok) fail("a match failed");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  engine_socket = argv[2];
  const int at_once = argc > 4 ? std::atoi(argv[4]) : 1;
  const int count = std::atoi(argv[3]) / at_once;
  const auto start = std::chrono::steady_clock::now();
  (std::strcmp(argv[1], "bare") == 0 ? by_hand : by_runner)(count, at_once);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", took.count() / (count * at_once));
  return 0;
}
