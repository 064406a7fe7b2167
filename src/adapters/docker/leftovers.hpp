// SPDX-License-Identifier: Apache-2.0
// What runs have left on an engine: containers, networks and volumes, found by their labels, and none but those. One
// thread.
#pragma once

#include <chrono>
#include <memory>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/json_parts.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

// Containers with this label; an array of objects, as GET /containers/json has them.
Result<Json> list_containers(Engine& engine, const char* label, const std::string& value, const Context& context);

// Of one in such a list.
std::string label_of(const Json& one, const char* label);
std::string name_of(const Json& one);
std::uint64_t owner_of(const Json& one, const MatchPlan& plan);  // the epoch of who has it
bool is_of_run(const Json& one, const MatchPlan& plan);          // of the one whose folder, here, the plan names

class Leftovers {
 public:
  explicit Leftovers(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  // All of this match's earlier runs, but for the one whose folder the plan names, when that is to be spared; else what
  // its containers have printed is saved there first. What is still in use is waited for.
  enum class Spare : unsigned char { nothing, its_run };
  Result<void> remove_older_than(const MatchPlan& plan, Spare spare, const Context& context);

  // Of runs of this host that are over, by their folder: they belong to no match; and prepared images that are of no
  // use any more. Once a minute at most.
  void sweep(const Context& context);

 private:
  Result<void> remove_what_is_listed(const MatchPlan& plan, Spare spare, const Context& context);

  const std::shared_ptr<Engine> engine_;
  std::chrono::steady_clock::time_point sweep_at_{};
};

}  // namespace matchrunner::docker
