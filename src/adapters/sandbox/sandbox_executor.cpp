// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <map>

#include "adapters/sandbox/launcher_path.hpp"
#include "adapters/sandbox/older_runs.hpp"
#include "adapters/sandbox/sandbox_run.hpp"
#include "adapters/sandbox/seat_start.hpp"
#include "adapters/sandbox/stage.hpp"
#include "matchrunner/adapters/sandbox.hpp"

namespace matchrunner {
namespace sandbox {
namespace {

constexpr milliseconds longest_launch{15000};

StageFor stage_for(const LauncherProcess& launcher) {
  const Ready& ready = launcher.ready();
  return {ready.own_user ? launcher.slot().first_uid() : 0, ready.view != FileView::own_root};
}

class SandboxExecutor final : public Executor {
 public:
  SandboxExecutor(std::shared_ptr<LauncherPool> pool, const Ready& ready) : pool_(std::move(pool)), ready_(ready) {}

  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can;
    can.wirings = {Wiring::none, Wiring::stdio};
    can.commands = true;
    can.isolation = {std::string(to_string(ready_.tier)), ready_.in_force};
    return can;
  }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (auto checked = check_plan(plan); !checked) return checked;
    auto launcher = pool_->peek(context);
    if (!launcher) return std::move(launcher).error();
    if (auto staged = stage_again(plan, stage_for(**launcher), context); !staged) return staged;
    auto start = make_start(plan, 0, ready_.view);
    return start ? Result<void>() : std::move(start).error();
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    auto launcher = pool_->take(context);
    if (!launcher) return std::move(launcher).error();
    const auto staged = staged_.find(plan.spool_folder);
    const StageFor seats = stage_for(**launcher);
    if (staged == staged_.end() || !(staged->second == seats)) {
      if (auto again = stage_again(plan, seats, context); !again) return std::move(again).error();
    }
    staged_.erase(plan.spool_folder);
    auto request = make_start(plan, (*launcher)->next_run(), ready_.view);
    if (!request) {
      pool_->give_back(*std::move(launcher));
      return std::move(request).error();
    }
    auto run = std::make_unique<SandboxRun>(plan, pool_, *std::move(launcher));
    if (auto started = run->start(*request, context); !started) return std::move(started).error();
    return std::unique_ptr<Run>(std::move(run));
  }

  // A launcher ends its match as soon as its runner is gone, so there is never a run to go on with; one whose runner
  // was only stopped for a while may still be there, and is ended.
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    if (auto ended = end_older_runs(plan, context); !ended) return std::move(ended).error();
    return Error{ErrorCode::not_found, "the match does not run here any more", "sandbox"};
  }

 private:
  Result<void> stage_again(const MatchPlan& plan, const StageFor& seats, const Context& context) {
    auto staged = stage(plan, seats, context);
    if (staged) staged_[plan.spool_folder] = seats;
    return staged;
  }

  const std::shared_ptr<LauncherPool> pool_;
  const Ready ready_;
  std::map<std::string, StageFor> staged_;  // spool folders that were prepared and not started yet
};

// The weakest tier that a policy takes, and what to say to those who would take less.
struct PolicyRow {
  IsolationPolicy policy;
  Tier as_root;
  Tier as_user;
  const char* instead;
};
constexpr PolicyRow policy_rows[] = {
    {IsolationPolicy::require, Tier::full, Tier::user,
     "--isolation prefer or sandbox://?isolation=prefer takes what there is, down to restricted"},
    {IsolationPolicy::prefer, Tier::restricted, Tier::restricted,
     "--isolation allow-none or sandbox://?isolation=allow-none runs trusted code without"},
    {IsolationPolicy::allow_none, Tier::none, Tier::none, ""},
};

Result<void> check_policy(IsolationPolicy policy, const Ready& ready) {
  for (const PolicyRow& row : policy_rows) {
    if (row.policy != policy) continue;
    const Tier weakest = ::geteuid() == 0 ? row.as_root : row.as_user;
    if (ready.tier >= weakest) return {};
    std::string message = "matches would be held by the tier " + std::string(to_string(ready.tier)) + " here, and " +
                          std::string(to_string(weakest)) + " is asked for";
    for (const MissedTier& missed : ready.missed)
      if (missed.tier >= weakest) message += "; no " + std::string(to_string(missed.tier)) + ": " + missed.why;
    return Error{ErrorCode::unsupported, message + "; " + row.instead, "sandbox"};
  }
  return Error{ErrorCode::invalid_argument, "unknown isolation policy", "sandbox"};
}

}  // namespace
}  // namespace sandbox

Result<std::shared_ptr<Executor>> make_sandbox_executor(const SandboxOptions& options) {
  auto path = sandbox::find_launcher(options.launcher);
  if (!path) return std::move(path).error();
  auto pool = std::make_shared<sandbox::LauncherPool>(*std::move(path), options.tier);
  auto launcher = pool->peek(Context::within(sandbox::longest_launch));
  if (!launcher) return std::move(launcher).error();
  const sandbox::Ready& ready = (*launcher)->ready();
  if (auto checked = sandbox::check_policy(options.policy, ready); !checked) return std::move(checked).error();
  return std::shared_ptr<Executor>(std::make_shared<sandbox::SandboxExecutor>(std::move(pool), ready));
}

Result<Diagnosis> diagnose_sandbox(const SandboxOptions& options) {
  const auto path = sandbox::find_launcher(options.launcher);
  if (!path) return path.error();
  const Context context = Context::within(sandbox::longest_launch);
  const auto launcher = sandbox::LauncherProcess::start(*path, options.tier, context, true);
  if (!launcher) return launcher.error();
  const sandbox::Ready& ready = (*launcher)->ready();
  Diagnosis diagnosis;
  diagnosis.isolation = {std::string(to_string(ready.tier)), ready.in_force};
  if (auto checked = sandbox::check_policy(options.policy, ready); !checked)
    diagnosis.refusal = checked.error().message;
  for (const sandbox::HostFinding& one : ready.findings)
    diagnosis.findings.push_back({one.name, one.found, one.value, one.cost, one.remedy});
  return diagnosis;
}

}  // namespace matchrunner
