// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catch.hpp"
#include "matchrunner/states.hpp"

using namespace matchrunner;

namespace {

// An application's own machine.
constexpr std::array<std::string_view, 2> door_states{"open", "walled_up"};
constexpr std::array<std::string_view, 2> door_events{"knock", "brick"};
constexpr std::array<TransitionWords, 2> door_rows{{{"open", "knock", "open"}, {"open", "brick", "walled_up"}}};
constexpr MachineWords door{"door", "open", door_states, door_events, door_rows};

}  // namespace

TEST_CASE("a machine as Mermaid") {
  CHECK(states_mermaid(door) ==
        "stateDiagram-v2\n"
        "    [*] --> open\n"
        "    open --> open : knock\n"
        "    open --> walled_up : brick\n"
        "    walled_up --> [*]\n");
}

TEST_CASE("a machine as a table, final states bold") {
  CHECK(states_table(door) ==
        "| from | event | to |\n"
        "| --- | --- | --- |\n"
        "| open | knock | open |\n"
        "| open | brick | **walled_up** |\n");
}

TEST_CASE("the page has every machine and where it differs") {
  const std::string page = states_page();
  for (const MachineWords& machine : machines()) {
    CHECK(page.find(states_mermaid(machine)) != page.npos);
    CHECK(page.find(states_table(machine)) != page.npos);
  }
  CHECK(page.find("## Where they differ") != page.npos);
  for (const char* system : {"| 000 ", "| 001 ", "| 002 ", "| 003 ", "| 004 "}) CHECK(page.find(system) != page.npos);
}
