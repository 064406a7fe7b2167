// SPDX-License-Identifier: Apache-2.0
// What tests of the Docker executor do: matches of one program in a container, played by an engine of the test's own.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.hpp"
#include "matchrunner/adapters/docker.hpp"
#include "servers/server_script.hpp"
#include "temporary_folder.hpp"

namespace matchrunner::test {

// A Docker Engine and a registry (tests/servers/docker).
class DockerServer {
 public:
  DockerServer() : server_("docker", {folder_.path()}) {}

  std::string host() const { return "unix://" + (folder_ / "engine.sock"); }
  const std::string& registry() const { return server_.words().at(0); }
  std::string network() const { return "/proc/" + server_.words().at(1) + "/ns/net"; }
  // Of a client; in others/ those of an authority that the engine does not have.
  std::string certificates() const { return folder_ / "tls"; }
  void order(const std::string& what) { server_.order(what); }

 private:
  const TemporaryFolder folder_;
  ServerScript server_;
};

// The one of this process; whoever stops it starts it again.
DockerServer& shared_docker();

inline constexpr const char* forever = "while :; do sleep 1; done";  // a script
inline constexpr const char* busybox = "matchrunner-test/busybox:1";

DockerOptions docker_options();
DockerOptions with_login(const std::string& password = "testing");  // at the registry
std::shared_ptr<Executor> open_executor(const DockerOptions& options = docker_options());

// A match of one program that is a shell script, in a spool folder of its own below `folder`.
MatchPlan shell_plan(const TemporaryFolder& folder, const std::string& script);

// The same of a network: a server that decides, and players, each a shell script.
MatchPlan network_plan(const TemporaryFolder& folder, const std::string& server,
                       const std::vector<std::pair<std::string, std::string>>& players);
std::string log_of(const MatchPlan& plan, const std::string& seat, const std::string& stream = "stdout");

struct Played {
  std::vector<RunReport> reports;
  std::string lost;  // why; empty: it was not
  SeatReport seat;   // the last that ended
  std::string infrastructure_error;

  const SeatReport& of(const std::string& seat) const;
};
Played follow(Run& run);
Played play(Executor& executor, const MatchPlan& plan);
// The same of an image that has come before, so that it is a prepared one.
Played play_again(Executor& executor, const MatchPlan& plan);
std::unique_ptr<Run> start(Executor& executor, const MatchPlan& plan);

// The process that starts it, or adopts it, is killed, as a runner may be.
enum class Begin : unsigned char { start, adopt };
void begin_and_die(const MatchPlan& plan, Begin begin = Begin::start);

// The container of the match's seat; "": there is none.
std::string container_of(const std::string& match, const std::string& seat);
// Runs a script in it.
void run_inside(const std::string& container, const std::string& script);
// Asks the engine, which does it.
void ask_engine(const std::string& method, const std::string& path, const std::string& body = {});
// What it answers to GET.
nlohmann::json asked_of_engine(const std::string& path);
// Of the engine's images those go that have this in a name, with their layers.
void forget_images(const std::string& part);
// Until its program has ended.
void wait_for_end(const std::string& container);

// Of the engine's containers, volumes and networks: how many carry labels of a match. The last container of an executor
// that lives may be on its way out.
std::size_t containers_left();
std::size_t volumes_left();
std::size_t networks_left();
std::size_t left_on_engine();  // of all three

}  // namespace matchrunner::test
