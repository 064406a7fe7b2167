// SPDX-License-Identifier: Apache-2.0
#include "runner_arguments.hpp"

#include <atomic>

#include "matchrunner/match_file.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

// Gives the executor to the first worker that asks; the port's thread rule forbids a second.
ExecutorFactory only_once(std::shared_ptr<Executor> executor) {
  return [executor = std::move(executor),
          taken = std::make_shared<std::atomic<bool>>(false)]() -> Result<std::shared_ptr<Executor>> {
    if (taken->exchange(true))
      return Error{ErrorCode::invalid_argument,
                   "a native executor serves one worker: hand over a URL or a function that makes executors", "runner"};
    return executor;
  };
}

}  // namespace

ExecutorFactory executor_from(const py::object& object) {
  if (object.is_none()) return nullptr;
  if (py::isinstance<py::str>(object)) {
    const auto url = object.cast<std::string>();
    return blocking([&] { return open_executor(url); });
  }
  if (py::isinstance<Executor>(object)) {
    auto executor = keep_port<Executor>(object);
    if (!written_in_python(*executor)) return only_once(std::move(executor));
    return [executor = std::move(executor)] { return Result<std::shared_ptr<Executor>>(executor); };
  }
  if (PyCallable_Check(object.ptr()) == 0)
    throw py::type_error("an executor is a URL, an Executor or a function that makes one, not " +
                         py::cast<std::string>(py::repr(object)));
  return port_from_call<Executor>(py::reinterpret_borrow<py::function>(object));
}

std::string json_from(const py::object& object) { return json_text(object); }

std::string folder_from(const py::object& object) {
  if (object.is_none()) return {};
  return py::cast<std::string>(call_python(py::module_::import("os.path").attr("abspath"), object));
}

Result<MatchRequest> match_request_from(const py::object& object, const py::object& folder) {
  if (py::isinstance<MatchRequest>(object)) return object.cast<MatchRequest>();
  return parse_match_request(json_from(object), folder_from(folder));
}

Result<Game> game_from(const py::object& object, const py::object& folder) {
  if (py::isinstance<Game>(object)) return object.cast<Game>();
  return parse_game(json_from(object), folder_from(folder));
}

}  // namespace matchrunner::python
