// SPDX-License-Identifier: Apache-2.0
// MatchNetwork: the networks of one match: one that nothing else is on and nothing leaves, and a way out for the seats
// that ask for it. Whoever has this object removes them, when no container is on them any more. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/docker/engine.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

class MatchNetwork {
 public:
  explicit MatchNetwork(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}
  MatchNetwork(const MatchNetwork&) = delete;
  MatchNetwork& operator=(const MatchNetwork&) = delete;

  // Waits, where other matches have all addresses of the engine. `conflict`: this run has them already.
  // `resource_exhausted`: none were free for long.
  Result<void> create(const MatchPlan& plan, const Context& context);
  Result<void> remove(const Context& context);
  // Those of the earlier run whose folder the plan names. `not_found`: they are not there any more.
  Result<void> adopt(const MatchPlan& plan, const Context& context);

  const std::string& name() const { return inner_.name; }

  // Before it starts.
  Result<void> let_out(const std::string& container, const Context& context);

 private:
  struct One {
    std::string name;
    std::string id;  // empty: it is not there
  };
  Result<void> create_all(const MatchPlan& plan, const Context& context);
  Result<void> create(One& one, bool is_internal, const MatchPlan& plan, const Context& context);
  Result<void> remove(One& one, const Context& context);

  const std::shared_ptr<Engine> engine_;
  One inner_;
  One outer_;
};

}  // namespace matchrunner::docker
