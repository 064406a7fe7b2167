// SPDX-License-Identifier: Apache-2.0
// The seats of executor checks: the same steps as a shell script and as a script for executors without processes.
#include "matchrunner/conformance.hpp"

namespace matchrunner::conformance {
namespace {

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string before_equals(std::string_view text) { return std::string(text.substr(0, text.find('='))); }
std::string after_equals(std::string_view text) { return std::string(text.substr(text.find('=') + 1)); }

struct ShellVerb {
  std::string_view verb;
  std::string (*line)(const std::string& text);
};
constexpr ShellVerb shell_verbs[] = {
    {"print", [](const std::string& text) { return "printf '%s\\n' " + shell_quoted(text); }},
    {"print_error", [](const std::string& text) { return "printf '%s\\n' " + shell_quoted(text) + " >&2"; }},
    {"event",
     [](const std::string& text) { return "printf '%s\\n' " + shell_quoted(text) + " >&$MATCHRUNNER_EVENTS"; }},
    {"result",
     [](const std::string& text) { return "printf '%s' " + shell_quoted(text) + " > \"$MATCHRUNNER_RESULT\""; }},
    {"output",
     [](const std::string& text) {
       return "printf '%s' " + shell_quoted(after_equals(text)) + " > \"$MATCHRUNNER_OUTPUT\"/" +
              shell_quoted(before_equals(text));
     }},
    {"hang", [](const std::string&) { return std::string("while :; do sleep 1000; done"); }},
    {"exit", [](const std::string& text) { return "exit " + (text.empty() ? "0" : text); }},
    {"crash", [](const std::string& text) { return "kill -" + (text.empty() ? "11" : text) + " $$"; }},
};

}  // namespace

Seat shell_seat(std::span<const SeatStep> steps) {
  std::string script;
  for (const SeatStep& step : steps)
    for (const ShellVerb& row : shell_verbs)
      if (row.verb == step.verb) script += row.line(step.text) + "\n";
  Seat seat;
  seat.command = "sh";
  seat.arguments = {"-c", script};
  return seat;
}

Seat scripted_seat(std::span<const SeatStep> steps) {
  Seat seat;
  seat.custom = "{}";
  for (const SeatStep& step : steps)
    seat.arguments.push_back(std::string(step.verb) + (step.text.empty() ? "" : " ") + step.text);
  return seat;
}

}  // namespace matchrunner::conformance
