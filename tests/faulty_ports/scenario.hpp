// SPDX-License-Identifier: Apache-2.0
// A small scenario on faulty ports: two matches with artifacts and a sink, from submit to prune; and what must hold
// after it, whatever one call did. Everything is told as text, so that scenarios can run side by side.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faulty_ports/call_script.hpp"

namespace matchrunner::test {

struct ScenarioEnd {
  std::vector<std::string> broken;  // what did not hold; empty: all is well
  std::map<std::string, int> seen;  // calls on the ports, by kind
};

// May take a few leases. Safe from any thread. `remote`: the artifact sink says that it is.
ScenarioEnd play_scenario(const std::shared_ptr<CallScript>& script, bool remote = false);

}  // namespace matchrunner::test
