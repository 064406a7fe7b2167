// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says is what executors then do.
#include <unistd.h>

#include <set>

#include "catch.hpp"
#include "sandbox/promises.hpp"

using namespace matchrunner;

namespace {

Diagnosis diagnose_with(IsolationPolicy policy, Tier tier) {
  SandboxOptions options;
  options.policy = policy;
  options.tier = tier;
  auto diagnosis = diagnose_sandbox(options);
  REQUIRE(diagnosis);
  const auto executor = make_sandbox_executor(options);
  CHECK(diagnosis->refusal == (executor ? "" : executor.error().message));
  if (executor) CHECK((*executor)->capabilities().isolation == diagnosis->isolation);
  return *std::move(diagnosis);
}

}  // namespace

TEST_CASE("a diagnosis refuses what an executor refuses, and names the tier that it gets", "[tiers]") {
  CHECK(diagnose_with(IsolationPolicy::require, Tier::full).refusal.empty());
  CHECK(diagnose_with(IsolationPolicy::require, Tier::restricted).isolation.tier == "restricted");
  CHECK(!diagnose_with(IsolationPolicy::require, Tier::restricted).refusal.empty());
  CHECK(diagnose_with(IsolationPolicy::prefer, Tier::restricted).refusal.empty());
  CHECK(diagnose_with(IsolationPolicy::prefer, Tier::none).refusal.find("allow-none") != std::string::npos);
  CHECK(diagnose_with(IsolationPolicy::allow_none, Tier::none).refusal.empty());
}

TEST_CASE("findings are told apart, and agree with what is in force", "[tiers]") {
  const Diagnosis diagnosis = diagnose_with(IsolationPolicy::prefer, Tier::full);
  std::set<std::string> names, missing;
  for (const Finding& one : diagnosis.findings) {
    CHECK(names.insert(one.name).second);
    CHECK(!one.value.empty());
    CHECK(!one.cost.empty());
    CHECK(!one.remedy.empty());
    if (!one.found) missing.insert(one.name);
  }
  CHECK(names.size() >= 15);
  const bool root = ::geteuid() == 0;
  CHECK(missing.count("other_users") == (root ? 0 : 1));
  CHECK(missing.count("seccomp") == 0);
  CHECK(missing.count("user_namespace_of_users") == missing.count("user_namespace"));
  bool memory_is_counted = false;
  for (const std::string& part : diagnosis.isolation.in_force)
    memory_is_counted = memory_is_counted || part == "cgroup_v1:memory" || part == "cgroup_v2:memory";
  CHECK(memory_is_counted == (missing.count("cgroup_memory") == 0));
}
