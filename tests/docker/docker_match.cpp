// SPDX-License-Identifier: Apache-2.0
#include "docker/docker_match.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/readiness.hpp"
#include "base/digest.hpp"
#include "file_bytes.hpp"

namespace matchrunner::test {
namespace {

Context patient() { return Context::within(std::chrono::minutes(2)); }

}  // namespace

nlohmann::json asked_of_engine(const std::string& path) {
  auto engine = docker::Engine::connect(docker::read_address(docker_options()).value(), patient()).value();
  return nlohmann::json::parse(engine.call(engine.request("GET", path), "a look", patient()).value().body);
}

void begin_and_die(const MatchPlan& plan, Begin begin) {
  shared_docker();  // else the child would start one
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto executor = make_docker_executor(docker_options());
    if (!executor) ::_exit(1);
    if (begin == Begin::start && !(*executor)->prepare(plan, {})) ::_exit(2);
    const auto run = begin == Begin::start ? (*executor)->start(plan, {}) : (*executor)->adopt(plan, {});
    if (!run || ::write(ends[1], "s", 1) != 1) ::_exit(3);
    ::pause();
  }
  ::close(ends[1]);
  char begun = 0;
  const bool there = ::read(ends[0], &begun, 1) == 1;
  ::close(ends[0]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  REQUIRE(there);
}

std::string container_of(const std::string& match, const std::string& seat) {
  const nlohmann::json filters = {{"label", {"matchrunner.match=" + match, "matchrunner.seat=" + seat}}};
  const auto found = asked_of_engine("/containers/json?all=1&filters=" + docker::escaped(filters.dump()));
  return found.empty() ? std::string() : found[0]["Id"].get<std::string>();
}

void run_inside(const std::string& container, const std::string& script) {
  auto engine = docker::Engine::connect(docker::read_address(docker_options()).value(), patient()).value();
  REQUIRE(docker::passes(engine, container, {"/bin/sh", "-c", script}, patient()).value());
}

void ask_engine(const std::string& method, const std::string& path, const std::string& body) {
  auto engine = docker::Engine::connect(docker::read_address(docker_options()).value(), patient()).value();
  const auto answer = engine.call(engine.json_request(method, path, body), "a wish", patient());
  INFO((answer ? "" : answer.error().describe()));
  REQUIRE(answer);
}

void forget_images(const std::string& part) {
  for (const nlohmann::json& image : asked_of_engine("/images/json")) {
    const std::string names = image["RepoTags"].dump() + image["RepoDigests"].dump();
    if (names.find(part) != names.npos) ask_engine("DELETE", "/images/" + image["Id"].get<std::string>() + "?force=1");
  }
}

void wait_for_end(const std::string& container) { ask_engine("POST", "/containers/" + container + "/wait"); }

DockerServer& shared_docker() {
  static DockerServer server;
  return server;
}

DockerOptions docker_options() {
  DockerOptions options;
  options.host = shared_docker().host();
  options.images = {"matchrunner-test/*", shared_docker().registry() + "/test/*"};
  return options;
}

DockerOptions with_login(const std::string& password) {
  DockerOptions options = docker_options();
  options.registry = shared_docker().registry();
  options.registry_user = "test";
  options.registry_password = password;
  return options;
}

std::shared_ptr<Executor> open_executor(const DockerOptions& options) {
  auto made = make_docker_executor(options);
  INFO((made ? "" : made.error().describe()));
  REQUIRE(made);
  return *std::move(made);
}

MatchPlan shell_plan(const TemporaryFolder& folder, const std::string& script) {
  MatchPlan plan;
  plan.match_id = "docker-" + random_hex(4);
  plan.unique_id = random_hex(16);
  plan.epoch = 1;
  plan.game.name = "shell";
  plan.game.wiring = Wiring::none;
  plan.spool_folder = folder / plan.unique_id;
  for (const char* below : {"/logs", "/output", "/work"})
    std::filesystem::create_directories(plan.spool_folder + below);
  plan.lease_deadline = BootClock::now() + std::chrono::hours(1);
  Seat& seat = plan.game.seats.emplace_back();
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.image = busybox;
  seat.arguments = {script};
  seat.limits = default_limits();
  seat.on_output_limit = OnOutputLimit::cut;
  return plan;
}

MatchPlan network_plan(const TemporaryFolder& folder, const std::string& server,
                       const std::vector<std::pair<std::string, std::string>>& players) {
  MatchPlan plan = shell_plan(folder, server);
  plan.game.wiring = Wiring::network;
  plan.game.seats[0].name = "server";
  plan.game.seats[0].role = SeatRole::server;
  for (const auto& [name, script] : players) {
    Seat seat = plan.game.seats[0];
    seat.name = name;
    seat.role = SeatRole::player;
    seat.arguments = {script};
    plan.game.seats.push_back(std::move(seat));
  }
  return plan;
}

std::string log_of(const MatchPlan& plan, const std::string& seat, const std::string& stream) {
  return read_bytes(plan.spool_folder + "/logs/" + seat + "." + stream);
}

const SeatReport& Played::of(const std::string& name) const {
  for (const RunReport& report : reports)
    if (report.kind == RunReport::Kind::seat_ended && report.seat.seat == name) return report.seat;
  FAIL("no report of " + name);
  return seat;
}

Played follow(Run& run) {
  Played played;
  while (true) {
    auto report = run.poll(patient());
    if (!report) {
      played.lost = report.error().message;
      return played;
    }
    REQUIRE(report->has_value());
    played.reports.push_back(**report);
    if ((*report)->kind == RunReport::Kind::seat_ended) played.seat = (*report)->seat;
    if ((*report)->kind != RunReport::Kind::ended) continue;
    played.infrastructure_error = (*report)->infrastructure_error;
    return played;
  }
}

std::unique_ptr<Run> start(Executor& executor, const MatchPlan& plan) {
  const auto prepared = executor.prepare(plan, patient());
  INFO((prepared ? "" : prepared.error().describe()));
  REQUIRE(prepared);
  auto run = executor.start(plan, patient());
  INFO((run ? "" : run.error().describe()));
  REQUIRE(run);
  return *std::move(run);
}

Played play(Executor& executor, const MatchPlan& plan) { return follow(*start(executor, plan)); }

Played play_again(Executor& executor, const MatchPlan& plan) {
  REQUIRE(executor.prepare(plan, patient()));
  return play(executor, plan);
}

std::size_t containers_left() {
  const auto left =
      asked_of_engine("/containers/json?all=1&filters=" + docker::escaped(R"({"label": ["matchrunner.match"]})"));
  for (const auto& one : left) UNSCOPED_INFO("left: " << one["Names"] << " " << one["Status"]);
  return left.size();
}

std::size_t networks_left() {
  return asked_of_engine("/networks?filters=" + docker::escaped(R"({"label": ["matchrunner.match"]})")).size();
}

std::size_t left_on_engine() { return containers_left() + volumes_left() + networks_left(); }

std::size_t volumes_left() { return asked_of_engine("/volumes")["Volumes"].size(); }

}  // namespace matchrunner::test
