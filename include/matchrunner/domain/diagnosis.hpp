// SPDX-License-Identifier: Apache-2.0
// Diagnosis: what a host offers for holding matches, what it lacks, and what would mend that. Plain values.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// One thing that was looked for.
struct Finding {
  std::string name;    // "user_namespace"
  bool found = false;  // it is there and does its part
  std::string value;   // what was seen: "version 7", "Operation not permitted"
  std::string cost;    // what its lack costs
  std::string remedy;  // the command or step that would mend it

  bool operator==(const Finding&) const = default;
};

struct Diagnosis {
  Isolation isolation;  // that matches would have
  std::string refusal;  // one line on why the policy does not take it; empty: it does
  std::vector<Finding> findings;

  bool operator==(const Diagnosis&) const = default;
};

}  // namespace matchrunner
