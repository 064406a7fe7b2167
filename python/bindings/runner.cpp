// SPDX-License-Identifier: Apache-2.0
#include "event_stream.hpp"
#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "runner_handle.hpp"
#include "service_handle.hpp"
#include "waiting.hpp"

namespace matchrunner::python {
namespace {

using py::arg;
using Text = const std::string&;

WaitFor wait_for_word(const std::string& word) {
  if (word == "artifacts") return WaitFor::artifacts;
  if (word == "outcome") return WaitFor::outcome;
  raise(
      {ErrorCode::invalid_argument, "until: expected \"artifacts\" or \"outcome\", found \"" + word + "\"", "runner"});
}

Match wait_match(const RunnerHandle& handle, const std::string& id, std::optional<double> timeout,
                 const std::string& until) {
  const auto runner = handle.get();
  const WaitFor what = wait_for_word(until);
  return in_slices(
      context_within(timeout), [&](const Context& slice) { return runner->wait_match(id, slice, what); },
      [](const Result<Match>& match) { return match || match.error().code != ErrorCode::timeout; });
}

std::unique_ptr<StreamHandle> events(const RunnerHandle& handle, std::string match, std::uint64_t after,
                                     bool from_now) {
  const EventFilter filter{std::move(match), after, from_now};
  return std::make_unique<StreamHandle>(handle.call([&](Runner& runner) { return runner.events(filter); }));
}

// A child of fork() leaves its parent's `with` block without a complaint: there is nothing of its own to close.
void leave(RunnerHandle& handle) {
  try {
    handle.close(milliseconds(0));
  } catch (py::error_already_set& raised) {
    if (!raised.matches(py::module_::import("matchrunner.errors").attr("Forked"))) throw;
  }
}

using RunnerClass = py::class_<RunnerHandle>;

void add_games(RunnerClass& runner) {
  runner
      .def(
          "add_game",
          [](const RunnerHandle& self, const py::object& game, const py::object& folder) {
            const Game parsed = unwrap(game_from(game, folder));
            return self.call([&](Runner& native) { return native.add_game(parsed); });
          },
          arg("game"), arg("folder") = py::none(), "Adds a game to the catalogue. AlreadyExists: the name is taken.")
      .def(
          "update_game",
          [](const RunnerHandle& self, const py::object& game, const py::object& folder) {
            const Game parsed = unwrap(game_from(game, folder));
            return self.call([&](Runner& native) { return native.update_game(parsed); });
          },
          arg("game"), arg("folder") = py::none(), "Replaces a game and raises its version. NotFound: there is none.")
      .def(
          "find_game",
          [](const RunnerHandle& self, Text name) {
            return self.call([&](Runner& native) { return native.find_game(name); });
          },
          arg("name"), "The game, or None.")
      .def(
          "list_games",
          [](const RunnerHandle& self) { return self.call([](Runner& native) { return native.list_games(); }); },
          "All games of the catalogue.")
      .def(
          "remove_game",
          [](const RunnerHandle& self, Text name) {
            self.call([&](Runner& native) { return native.remove_game(name); });
          },
          arg("name"), "NotFound: there is none.");
}

void add_matches(RunnerClass& runner) {
  runner
      .def(
          "submit_match",
          [](const RunnerHandle& self, const py::object& match, const py::object& folder) {
            const MatchRequest request = unwrap(match_request_from(match, folder));
            return self.call([&](Runner& native) { return native.submit_match(request); });
          },
          arg("match"), arg("folder") = py::none(),
          "Stores a match (a dict, or JSON text) as queued. Relative paths are taken from `folder`. An id that exists "
          "gives the existing match if it is the same request, AlreadyExists if not.")
      .def(
          "find_match",
          [](const RunnerHandle& self, Text id) {
            return self.call([&](Runner& native) { return native.find_match(id); });
          },
          arg("id"), "The match, or None.")
      .def(
          "get_match",
          [](const RunnerHandle& self, Text id) {
            return self.call([&](Runner& native) { return native.get_match(id); });
          },
          arg("id"), "The match. NotFound: there is none.")
      .def(
          "list_matches",
          [](const RunnerHandle& self, std::vector<MatchState> states, std::string game, std::string cursor,
             std::uint32_t limit) {
            const MatchFilter filter{std::move(states), std::move(game), std::move(cursor), limit};
            return self.call([&](Runner& native) { return native.list_matches(filter); });
          },
          arg("states") = py::tuple(), arg("game") = "", arg("cursor") = "", arg("limit") = 100,
          "A page of matches: priority descending, then oldest first.")
      .def(
          "stop_match",
          [](const RunnerHandle& self, Text id, Text reason) {
            return self.call([&](Runner& native) { return native.stop_match(id, reason); });
          },
          arg("id"), arg("reason") = "", "Asks for its end, wherever it runs. Conflict: it has ended.")
      .def("wait_match", &wait_match, arg("id"), arg("timeout") = py::none(), arg("until") = "artifacts",
           "Blocks until the match has ended, and its artifacts are stored or its outcome stands. Timeout: not yet.")
      .def("events", &events, arg("match") = "", arg("after") = 0, arg("from_now") = false,
           "A stream of events: of one match or all, after a sequence number, or from now on.")
      .def(
          "read_log",
          [](const RunnerHandle& self, Text id, Text name, std::uint64_t offset, std::size_t size) {
            return self.call([&](Runner& native) { return native.read_log(id, name, offset, size); });
          },
          arg("id"), arg("name"), arg("offset") = 0, arg("size") = 65536,
          "Bytes of an artifact, of a match under way or a finished one. Does not wait.")
      .def(
          "link_artifact",
          [](const RunnerHandle& self, Text id, Text name, milliseconds valid_for) {
            return self.call([&](Runner& native) { return native.link_artifact(id, name, valid_for); });
          },
          arg("id"), arg("name"), arg("valid_for") = 3600.0,
          "A URL of a stored artifact that a browser can open for `valid_for` seconds. Conflict: not stored yet.");
}

void add_upkeep(RunnerClass& runner) {
  runner
      .def(
          "prune",
          [](const RunnerHandle& self, Time before) {
            return self.call([&](Runner& native) {
              const auto pruned = native.prune(before);
              return pruned ? pruned->all_removed() : pruned.error();
            });
          },
          arg("before"),
          "Removes matches that ended before then, with artifacts; returns how many. An error where some are left.")
      .def(
          "list_pools",
          [](const RunnerHandle& self) { return self.call([](Runner& native) { return native.list_pools(); }); },
          "The pools of slots, and who holds them.")
      .def(
          "resize_pool",
          [](const RunnerHandle& self, Text name, std::uint32_t slots) {
            return self.call([&](Runner& native) { return native.resize_pool(name, slots); });
          },
          arg("name"), arg("slots"), "Conflict while a slot that would go is in use.")
      .def(
          "outbox", [](const RunnerHandle& self) { return self.call([](Runner& native) { return native.outbox(); }); },
          "What still waits for each event sink, and why.")
      .def(
          "waiting_artifacts",
          [](const RunnerHandle& self) { return self.call([](Runner& native) { return native.waiting_artifacts(); }); },
          "Matches that have ended and whose artifacts are not all stored, and why.")
      .def(
          "health", [](const RunnerHandle& self) { return self.call([](Runner& native) { return native.health(); }); },
          "How its store, executor, sources and sinks answered it last; asks nobody and never blocks.")
      .def(
          "remove_sink",
          [](const RunnerHandle& self, Text name) {
            self.call([&](Runner& native) { return native.remove_sink(name); });
          },
          arg("name"), "Forgets a sink and releases the journal that it held.")
      .def("close", &RunnerHandle::close, arg("grace") = 0.0,
           "Takes no more matches, lets those under way end for `grace` seconds, stops the rest. Idempotent.")
      .def_property_readonly("closed", &RunnerHandle::closed)
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](RunnerHandle& self, const py::args&) { leave(self); })
      .def("__repr__", [](const RunnerHandle& self) {
        return self.closed() ? "<matchrunner.Runner, closed>" : "<matchrunner.Runner, open>";
      });
}

}  // namespace

void add_runner(py::module_& module) {
  RunnerClass runner(module, "Runner", "Keeps games, takes matches, runs them in turn and tells what happens.");
  runner.def(py::init(&open_handle), arg("store"), arg("artifacts") = py::none(), arg("executor") = py::none(),
             arg("sinks") = py::dict(), py::kw_only(), arg("sources") = py::tuple(), arg("pool") = "default",
             arg("slots") = 0, arg("workers") = -1, arg("only_match") = "", arg("spool_folder") = py::none(),
             arg("name") = "", arg("lease") = 15.0, arg("collect_timeout") = 10.0, arg("backlog") = 0,
             arg("streams") = py::dict(), arg("targets") = py::tuple(), arg("return_queued") = false,
             arg("host_paths") = py::tuple());
  add_games(runner);
  add_matches(runner);
  add_upkeep(runner);
  module.def(
      "close_all",
      [] {
        end_all_image_work();
        ServiceHandle::close_all();
        RunnerHandle::close_all();
      },
      "Closes every Service and Runner of this process.");
}

}  // namespace matchrunner::python
