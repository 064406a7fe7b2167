// SPDX-License-Identifier: Apache-2.0
// Executor and Run by C vtables.
#include "matchrunner/ports/executor.hpp"

#include "callback.hpp"
#include "guard.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

class RunOfVtable final : public Run {
 public:
  RunOfVtable(const mr_run_vtable& calls, void* run, std::shared_ptr<const Executor> executor)
      : calls_(calls), run_(run), executor_(std::move(executor)) {}
  ~RunOfVtable() override { calls_.destroy(run_); }
  RunOfVtable(const RunOfVtable&) = delete;
  RunOfVtable& operator=(const RunOfVtable&) = delete;

  std::vector<SeatEndpoint> endpoints() const override {
    std::vector<SeatEndpoint> rows;
    if (calls_.endpoints != nullptr) calls_.endpoints(mr_endpoint_list::lend(rows), run_);
    return rows;
  }

  Result<std::optional<RunReport>> poll(const Context& context) override {
    std::optional<RunReport> report;
    auto polled = ask("poll", [&](mr_error** error) {
      return calls_.poll(mr_run_report::lend(report), run_, mr_context::lend(context), error);
    });
    if (!polled) return std::move(polled).error();
    return report;
  }

  Result<void> stop(milliseconds grace) override {
    return ask("stop", [&](mr_error** error) { return calls_.stop(run_, grace.count(), error); });
  }

  Result<void> extend_lease(BootClock::time_point deadline) override {
    return ask("extend_lease",
               [&](mr_error** error) { return calls_.extend_lease(run_, deadline.time_since_epoch().count(), error); });
  }

 private:
  const mr_run_vtable calls_;
  void* const run_;
  const std::shared_ptr<const Executor> executor_;  // its worker is not freed before its runs
};

// What all executors of one mr_executor share.
struct Registered {
  mr_executor_vtable calls;
  mr_run_vtable run_calls;
  ExecutorCapabilities capabilities;
  void* self;

  Registered(const mr_executor_vtable& its_calls, const mr_run_vtable& its_run_calls, void* its_self)
      : calls(its_calls), run_calls(its_run_calls), self(its_self) {
    const auto can = [&](std::uint32_t what) { return (calls.capabilities & what) != 0; };
    if (can(MR_EXECUTOR_WIRING_NONE)) capabilities.wirings.push_back(Wiring::none);
    if (can(MR_EXECUTOR_WIRING_STDIO)) capabilities.wirings.push_back(Wiring::stdio);
    if (can(MR_EXECUTOR_WIRING_NETWORK)) capabilities.wirings.push_back(Wiring::network);
    capabilities.commands = can(MR_EXECUTOR_COMMANDS);
    capabilities.images = can(MR_EXECUTOR_IMAGES);
    capabilities.custom = can(MR_EXECUTOR_CUSTOM);
    capabilities.adopts = calls.adopt != nullptr;
    if (calls.isolation_tier != nullptr) capabilities.isolation.tier = calls.isolation_tier;
    for (auto part = calls.isolation_in_force; part != nullptr && *part != nullptr; ++part)
      capabilities.isolation.in_force.emplace_back(*part);
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() {
    if (calls.destroy != nullptr) calls.destroy(self);
  }
};

class ExecutorOfVtable final : public Executor, public std::enable_shared_from_this<ExecutorOfVtable> {
 public:
  ExecutorOfVtable(std::shared_ptr<const Registered> registered, void* worker)
      : registered_(std::move(registered)), worker_(worker) {}
  ~ExecutorOfVtable() override {
    if (registered_->calls.free_worker != nullptr) registered_->calls.free_worker(worker_);
  }
  ExecutorOfVtable(const ExecutorOfVtable&) = delete;
  ExecutorOfVtable& operator=(const ExecutorOfVtable&) = delete;

  ExecutorCapabilities capabilities() const override { return registered_->capabilities; }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (registered_->calls.prepare == nullptr) return {};
    return ask("prepare", [&](mr_error** error) {
      return registered_->calls.prepare(worker_, mr_match_plan::lend(plan), mr_context::lend(context), error);
    });
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    return run_by("start", registered_->calls.start, plan, context);
  }

  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    if (registered_->calls.adopt == nullptr)
      return Error{ErrorCode::unsupported, "this executor cannot find a run again"};
    return run_by("adopt", registered_->calls.adopt, plan, context);
  }

 private:
  Result<std::unique_ptr<Run>> run_by(const char* name, decltype(mr_executor_vtable::start) call, const MatchPlan& plan,
                                      const Context& context) {
    void* run = nullptr;
    auto given = ask(name, [&](mr_error** error) {
      return call(&run, worker_, mr_match_plan::lend(plan), mr_context::lend(context), error);
    });
    if (!given) return std::move(given).error();
    return std::unique_ptr<Run>(std::make_unique<RunOfVtable>(registered_->run_calls, run, shared_from_this()));
  }

  const std::shared_ptr<const Registered> registered_;
  void* const worker_;
};

Result<std::shared_ptr<Executor>> make_executor(const std::shared_ptr<const Registered>& registered) {
  void* worker = registered->self;
  if (registered->calls.make_worker != nullptr) {
    auto made = ask("make_worker",
                    [&](mr_error** error) { return registered->calls.make_worker(&worker, registered->self, error); });
    if (!made) return std::move(made).error();
  }
  return std::shared_ptr<Executor>(std::make_shared<ExecutorOfVtable>(registered, worker));
}

}  // namespace

mr_code mr_executor_new(mr_executor** out, const mr_executor_vtable* vtable, void* self, mr_error** error) {
  return produce(out, error, {{vtable, "vtable"}}, [&]() -> Result<ExecutorFactory> {
    const auto calls = read_struct(*vtable, mr_executor_vtable MR_EXECUTOR_VTABLE_INIT, "vtable");
    if (!calls) return calls.error();
    if (auto set = check({{calls->run, "vtable.run"}, {calls->start, "vtable.start"}}); !set) return set.error();
    if ((calls->make_worker == nullptr) != (calls->free_worker == nullptr))
      return Error{ErrorCode::invalid_argument, "vtable: make_worker and free_worker go together"};
    const auto run = read_struct(*calls->run, mr_run_vtable MR_RUN_VTABLE_INIT, "vtable.run");
    if (!run) return run.error();
    const auto set = check({{run->destroy, "vtable.run.destroy"},
                            {run->poll, "vtable.run.poll"},
                            {run->stop, "vtable.run.stop"},
                            {run->extend_lease, "vtable.run.extend_lease"}});
    if (!set) return set.error();
    std::shared_ptr<const Registered> registered = std::make_shared<Registered>(*calls, *run, self);
    return ExecutorFactory([registered] { return make_executor(registered); });
  });
}
