// SPDX-License-Identifier: Apache-2.0
// State machines in print: Mermaid and Markdown from their tables, ours and an application's own (MachineWords).
// Pure functions, safe from any thread.
#pragma once

#include <string>

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

// A "stateDiagram-v2", as Mermaid draws it; ends with a line break.
std::string states_mermaid(const MachineWords& machine);

// A Markdown table with one row for each transition; ends with a line break.
std::string states_table(const MachineWords& machine);

// The page docs/states.md: all of machines(), and where they differ from the systems that they replace.
std::string states_page();

}  // namespace matchrunner
