// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/docker/container.hpp"
#include "adapters/docker/docker_run.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_pull.hpp"
#include "adapters/docker/json_parts.hpp"
#include "adapters/docker/leftovers.hpp"
#include "adapters/docker/prepared_image.hpp"
#include "adapters/docker/readiness.hpp"
#include "adapters/docker/registry_login.hpp"
#include "adapters/docker/removals.hpp"
#include "matchrunner/adapters/docker.hpp"

namespace matchrunner {
namespace docker {
namespace {

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
  DockerExecutor(DockerOptions options, Engine engine, const Json& about_engine)
      : options_(std::move(options)),
        engine_(std::make_shared<Engine>(std::move(engine))),
        removals_(std::make_shared<Removals>(engine_)),
        prepared_(engine_, read_user(options_.user).value_or(User())),
        leftovers_(engine_),
        isolation_(isolation_of(about_engine)),
        cores_(number_at(about_engine, "/NCPU")) {}

  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can;
    can.wirings = {Wiring::none, Wiring::network};
    can.images = true;
    can.adopts = true;
    can.isolation = isolation_;
    return can;
  }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (plan.game.wiring == Wiring::stdio)
      return Error{ErrorCode::unsupported, "wiring: expected none or network, found stdio: containers have no pipes",
                   origin};
    for (const Seat& seat : plan.game.seats)
      if (auto prepared = prepare_seat(seat, plan, context); !prepared) return prepared;
    leftovers_.sweep(context);
    return {};
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    auto run = std::make_unique<DockerRun>(placed(plan), engine_, removals_);
    if (auto started = run->start(options_, prepared_, context); !started)
      return as_away(std::move(started).error(), context);
    return std::unique_ptr<Run>(std::move(run));
  }

  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    using Spare = Leftovers::Spare;
    removals_->finish();
    if (auto removed = leftovers_.remove_older_than(plan, Spare::its_run, context); !removed)
      return as_away(std::move(removed).error(), context);
    auto run = std::make_unique<DockerRun>(placed(plan), engine_, removals_);
    auto adopted = run->adopt(context);
    if (adopted) return std::unique_ptr<Run>(std::move(run));
    run.reset();
    if (adopted.error().code == ErrorCode::not_found)
      if (auto removed = leftovers_.remove_older_than(plan, Spare::nothing, context); !removed)
        return as_away(std::move(removed).error(), context);
    return as_away(std::move(adopted).error(), context);
  }

 private:
  // With each image as the engine knows it.
  MatchPlan placed(MatchPlan plan) const {
    for (Seat& seat : plan.game.seats)
      if (seat.image) seat.image = with_registry(*seat.image, options_.default_registry);
    return plan;
  }

  Result<void> prepare_seat(const Seat& seat, const MatchPlan& plan, const Context& context) {
    if (auto checked = check_seat(plan, seat); !checked) return checked;
    const std::string name = with_registry(*seat.image, options_.default_registry);
    const auto image = read_reference(name);
    if (!image) return named(seat, image.error());
    if (!may_run(name, *image, options_.images) || image->registry == prepared_registry)
      return Error{ErrorCode::permission_denied,
                   "seat " + seat.name + ": image " + name +
                       " may not run here: none of the patterns in `images` of the executor fits it",
                   origin};
    if (!seat.cores.empty() && (seat.cores.size() != 2 || seat.cores[0] > seat.cores[1] || seat.cores[1] >= cores_))
      return named(seat, invalid("cores: expected first and last of 0 to " + std::to_string(cores_ - 1) + ", found " +
                                 (seat.cores.size() == 2
                                      ? std::to_string(seat.cores[0]) + " and " + std::to_string(seat.cores[1])
                                      : std::to_string(seat.cores.size()) + " numbers")));
    OnImageStep on_step;
    if (plan.tell)
      on_step = [&](const ImageStep& step) {
        plan.tell({seat.name, image->full(), step.text, step.bytes, step.total_bytes});
      };
    const auto known = provide_image(*engine_, *image, options_, on_step, context);
    if (!known) return named(seat, known.error());
    if (seat.role != SeatRole::player) prepared_.provide(name, *known, plan, context);
    if (!seat.ready || !seat.ready->health || health_check_of(*known)) return {};
    return named(seat, invalid("ready.health: expected an image with a health check, found " + name));
  }

  static Error named(const Seat& seat, Error error) {
    error.message = "seat " + seat.name + ": " + error.message;
    return error;
  }

  const DockerOptions options_;
  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<Removals> removals_;
  PreparedImages prepared_;
  Leftovers leftovers_;
  const Isolation isolation_;
  const std::uint64_t cores_;
};

Result<void> check_options(const DockerOptions& options) {
  if (options.images.empty())
    return invalid("images: expected patterns of the images that may run, such as localhost:5000/teams/*, found none");
  if (!read_user(options.user)) return invalid("user: expected UID:GID, numbers above 0, found '" + options.user + "'");
  return check_registries(options);
}

}  // namespace
}  // namespace docker

Result<std::shared_ptr<Executor>> make_docker_executor(const DockerOptions& options) {
  if (auto checked = docker::check_options(options); !checked) return std::move(checked).error();
  auto engine = docker::open_engine(options, {});
  if (!engine) return std::move(engine).error();
  const auto info = engine->call(engine->request("GET", "/info"), "info", Context::within(docker::longest_opening));
  if (!info) return docker::as_away(info.error(), {});
  return std::shared_ptr<Executor>(
      std::make_shared<docker::DockerExecutor>(options, *std::move(engine), docker::object_from(info->body)));
}

}  // namespace matchrunner
