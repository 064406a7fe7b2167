// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/states.hpp"

#include <algorithm>

#include "domain/state_differences.hpp"

namespace matchrunner {
namespace {

bool ends(const MachineWords& machine, std::string_view state) {
  return std::none_of(machine.transitions.begin(), machine.transitions.end(),
                      [&](const TransitionWords& row) { return row.from == state; });
}

std::string table_row(std::initializer_list<std::string_view> cells) {
  std::string row = "|";
  for (const std::string_view cell : cells) row.append(" ").append(cell).append(" |");
  return row + "\n";
}

std::string differences_table() {
  std::string table = table_row({"system", "there", "here", "why"}) + table_row({"---", "---", "---", "---"});
  for (const StateDifference& row : state_differences) table += table_row({row.system, row.there, row.here, row.why});
  return table;
}

std::string title_of(std::string_view name) {
  std::string title(name);
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

}  // namespace

std::string states_mermaid(const MachineWords& machine) {
  std::string text = "stateDiagram-v2\n    [*] --> " + std::string(machine.start) + "\n";
  for (const TransitionWords& row : machine.transitions)
    text.append("    ").append(row.from).append(" --> ").append(row.to).append(" : ").append(row.event).append("\n");
  for (const std::string_view state : machine.states)
    if (ends(machine, state)) text.append("    ").append(state).append(" --> [*]\n");
  return text;
}

std::string states_table(const MachineWords& machine) {
  std::string table = table_row({"from", "event", "to"}) + table_row({"---", "---", "---"});
  for (const TransitionWords& row : machine.transitions) {
    const std::string to = std::string(row.to);
    table += table_row({row.from, row.event, ends(machine, row.to) ? "**" + to + "**" : to});
  }
  return table;
}

std::string states_page() {
  std::string page =
      "<!-- Generated from the transition tables; do not edit. -->\n"
      "# States\n\n"
      "Each machine is one constexpr table, checked when the library is compiled: at most one way from a state by an\n"
      "event, every state can be reached, and only the final ones (**bold**) have no way out. A pair that is not in "
      "the\n"
      "table is refused as `conflict`. A timeout is an event like any other.\n";
  for (const MachineWords& machine : machines())
    page += "\n## " + title_of(machine.name) + "\n\n```mermaid\n" + states_mermaid(machine) + "```\n\n" +
            states_table(machine);
  return page +
         "\n## Where they differ from the systems they replace\n\n"
         "000 is a RoboCup match runner, 001 a matchmaker, 002 a queueing service, 003 a broker of game servers, 004 "
         "a\n"
         "school's game runner.\n\n" +
         differences_table();
}

}  // namespace matchrunner
