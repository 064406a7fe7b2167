// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "adapters/docker/container.hpp"
#include "adapters/docker/docker_run.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_pull.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/percent.hpp"
#include "matchrunner/adapters/docker.hpp"

namespace matchrunner {
namespace docker {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_opening{30};
constexpr std::chrono::minutes sweep_every{1};

// What this engine puts around a container, by the flags of GET /info.
struct InForceRow {
  const char* flag;
  const char* name;
};
constexpr InForceRow in_force_rows[] = {{"MemoryLimit", "memory"}, {"PidsLimit", "pids"}};

Isolation isolation_of(const Json& info) {
  Isolation isolation{"container", {"user", "pid", "mount", "ipc", "read_only_root", "capabilities", "no_new_privs"}};
  const std::string cgroup = "cgroup_v" + text_at(info, "CgroupVersion") + ":";
  for (const InForceRow& row : in_force_rows)
    if (flag_at(info, row.flag)) isolation.in_force.push_back(cgroup + row.name);
  const Json* const options = part_of(info, "SecurityOptions");
  for (const char* known : {"seccomp", "apparmor", "selinux", "userns", "rootless"})
    if (options != nullptr && options->dump().find(std::string("\"name=") + known) != std::string::npos)
      isolation.in_force.emplace_back(known);
  return isolation;
}

class DockerExecutor final : public Executor {
 public:
  DockerExecutor(DockerOptions options, Engine engine, Isolation isolation)
      : options_(std::move(options)),
        engine_(std::make_shared<Engine>(std::move(engine))),
        isolation_(std::move(isolation)) {}

  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can;
    can.wirings = {Wiring::none};
    can.images = true;
    can.isolation = isolation_;
    return can;
  }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (plan.game.wiring != Wiring::none || plan.game.seats.size() != 1)
      return Error{ErrorCode::unsupported, "expected one program (wiring none): containers are not wired yet", origin};
    for (const Seat& seat : plan.game.seats)
      if (auto prepared = prepare_seat(seat, context); !prepared) return prepared;
    sweep(context);
    return {};
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    auto run = std::make_unique<DockerRun>(plan, engine_);
    if (auto started = run->start(options_, context); !started) return std::move(started).error();
    return std::unique_ptr<Run>(std::move(run));
  }

  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    const auto containers = list(unique_id_label, plan.unique_id, context);
    if (!containers) return containers.error();
    for (const Json& container : *containers)
      if (epoch_of(container) < plan.epoch)
        if (auto removed = remove(container, context); !removed) return std::move(removed).error();
    return Error{ErrorCode::not_found, "the match does not run here any more", origin};
  }

 private:
  Result<void> prepare_seat(const Seat& seat, const Context& context) {
    if (auto checked = check_seat(seat); !checked) return checked;
    const auto image = read_reference(*seat.image);
    if (!image) return named(seat, image.error());
    if (!may_run(*seat.image, *image, options_.images))
      return Error{ErrorCode::permission_denied,
                   "seat " + seat.name + ": image " + *seat.image +
                       " may not run here: none of the patterns in `images` of the executor fits it",
                   origin};
    if (auto provided = provide_image(*engine_, *image, options_, context); !provided)
      return named(seat, std::move(provided).error());
    return {};
  }

  static Error named(const Seat& seat, Error error) {
    error.message = "seat " + seat.name + ": " + error.message;
    return error;
  }

  // Containers with this label; an array of objects.
  Result<Json> list(const char* label, const std::string& value, const Context& context) {
    const Json filters = {{"label", {std::string(label) + "=" + value}}};
    const auto answer = engine_->call(
        engine_->request("GET", "/containers/json?all=1&filters=" + escaped(filters.dump())), "containers", context);
    if (!answer) return answer.error();
    Json containers = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
    if (!containers.is_array()) return Error{ErrorCode::corrupt_data, "the engine's list is none", origin};
    return containers;
  }

  static std::string label_of(const Json& container, const char* label) {
    const Json* const labels = part_of(container, "Labels");
    return labels == nullptr ? std::string() : text_at(*labels, label);
  }

  static std::uint64_t epoch_of(const Json& container) {
    const std::string text = label_of(container, epoch_label);
    std::uint64_t epoch = 0;
    std::from_chars(text.data(), text.data() + text.size(), epoch);
    return epoch;
  }

  Result<void> remove(const Json& container, const Context& context) {
    const std::string id = text_at(container, "Id");
    auto removed = engine_->call(engine_->request("DELETE", "/containers/" + escaped(id) + "?force=1&v=1"),
                                 "container " + id, context);
    if (!removed && removed.error().code != ErrorCode::not_found) return std::move(removed).error();
    return {};
  }

  // Containers of this host whose run has no folder any more belong to no match.
  void sweep(const Context& context) {
    if (Clock::now() < sweep_at_) return;
    sweep_at_ = Clock::now() + sweep_every;
    const auto containers = list(host_label, this_host(), context);
    if (!containers) return;
    for (const Json& container : *containers) {
      const auto spool = percent_decode(label_of(container, spool_label));
      if (spool && !spool->empty() && ::access(spool->c_str(), F_OK) != 0 && errno == ENOENT) [[maybe_unused]]
        const auto removed = remove(container, context);
    }
  }

  const DockerOptions options_;
  const std::shared_ptr<Engine> engine_;
  const Isolation isolation_;
  Clock::time_point sweep_at_{};
};

Result<void> check_options(const DockerOptions& options) {
  if (options.images.empty())
    return invalid("images: expected patterns of the images that may run, such as localhost:5000/teams/*, found none");
  if (!read_user(options.user)) return invalid("user: expected UID:GID, numbers above 0, found '" + options.user + "'");
  if (options.registry.empty() != options.registry_user.empty())
    return invalid("registry: expected a registry and its user, or neither");
  return {};
}

}  // namespace
}  // namespace docker

Result<std::shared_ptr<Executor>> make_docker_executor(const DockerOptions& options) {
  if (auto checked = docker::check_options(options); !checked) return std::move(checked).error();
  auto address = docker::read_address(options);
  if (!address) return std::move(address).error();
  const Context context = Context::within(docker::longest_opening);
  auto engine = docker::Engine::connect(*std::move(address), context);
  if (!engine) return std::move(engine).error();
  const auto info = engine->call(engine->request("GET", "/info"), "info", context);
  if (!info) return info.error();
  auto isolation = docker::isolation_of(docker::object_from(info->body));
  return std::shared_ptr<Executor>(
      std::make_shared<docker::DockerExecutor>(options, *std::move(engine), std::move(isolation)));
}

}  // namespace matchrunner
