// SPDX-License-Identifier: Apache-2.0
// Conformance: one table of named checks for each port, free of any test framework, for our adapters and for yours.
// A check uses only the port it is given, in the calling thread unless its name says otherwise.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/ports/artifact_sink.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "matchrunner/ports/event_sink.hpp"
#include "matchrunner/ports/executor.hpp"
#include "matchrunner/ports/game_server.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner::conformance {

// Collects what did not hold. A check goes on after a failure where it can.
class Expect {
 public:
  // Notes `what` as failed unless `held`; returns `held`.
  bool operator()(bool held, std::string what) {
    if (!held) failures_.push_back(std::move(what));
    return held;
  }
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  std::vector<std::string> failures_;
};

// What a seat of an executor check does.
struct SeatStep {
  std::string_view verb;  // "print", "print_error", "event", "result", "output", "hang", "exit", "crash"
  std::string text =
      {};  // what to print; the event's or result file's JSON; "NAME=CONTENT" for output; the code for exit
};

// By `sh -c`, for executors that run commands.
Seat shell_seat(std::span<const SeatStep> steps);

// By `custom` = {} and one argument a step, "verb text", for executors that run no commands: memory, and a user's own.
Seat scripted_seat(std::span<const SeatStep> steps);

// What a suite is run against. `open` gives a port on fresh, empty ground each time it is called with `fresh`, and on
// the ground of the last fresh one otherwise (for checks of reopening).
template <class Port>
struct Subject {
  std::function<Result<std::shared_ptr<Port>>(bool fresh)> open;
  // Event sinks only: what the peer has received since the last fresh open, in its order.
  std::function<Result<std::vector<Event>>()> received = nullptr;
  // Command sources only: makes the peer deliver this body. Executors only: see executor_checks().
  std::function<Result<void>(const std::string& body)> send = nullptr;
  // Executors only: an empty folder for a plan's spool, absolute.
  std::function<Result<std::string>()> spool_folder = nullptr;
  // Executors only: a seat that does these steps, in order; shell_seat for executors of commands.
  std::function<Seat(std::span<const SeatStep> steps)> seat = nullptr;
};

template <class Port, class Capabilities>
struct Check {
  std::string_view name;  // "commit_is_all_or_nothing"
  bool (*applies)(const Capabilities& capabilities);
  void (*run)(Subject<Port>& subject, Expect& expect);
};

std::span<const Check<StateStore, StateStoreCapabilities>> state_store_checks();
std::span<const Check<ArtifactSink, ArtifactSinkCapabilities>> artifact_sink_checks();
std::span<const Check<EventSink, EventSinkCapabilities>> event_sink_checks();
std::span<const Check<CommandSource, CommandSourceCapabilities>> command_source_checks();
std::span<const Check<GameServer, GameServerCapabilities>> game_server_checks();
std::span<const Check<Executor, ExecutorCapabilities>> executor_checks();

// How one check went. `failures` empty and `applied`: it held.
struct CheckResult {
  std::string name;
  bool applied = false;
  std::vector<std::string> failures;
};

// Runs a whole table; for users without a test framework.
template <class Port, class Capabilities>
std::vector<CheckResult> run(std::span<const Check<Port, Capabilities>> checks, Subject<Port>& subject) {
  std::vector<CheckResult> results;
  for (const auto& check : checks) {
    CheckResult result{std::string(check.name), false, {}};
    auto port = subject.open(true);
    if (!port) {
      result.failures.push_back("open: " + port.error().describe());
    } else if (check.applies((*port)->capabilities())) {
      result.applied = true;
      port = Result<std::shared_ptr<Port>>(std::shared_ptr<Port>());  // the check opens its own
      Expect expect;
      check.run(subject, expect);
      result.failures = expect.failures();
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace matchrunner::conformance
