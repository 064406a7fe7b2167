// SPDX-License-Identifier: Apache-2.0
// What Python hands to the library where it takes "a URL or a port" or "JSON or an object". With the GIL.
#pragma once

#include <memory>
#include <string>

#include "casters.hpp"
#include "errors.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/runner.hpp"
#include "port_call.hpp"

namespace matchrunner::python {

template <class Port>
using OpenUrl = Result<std::shared_ptr<Port>> (*)(const std::string& url);

// A port from its URL, or the port itself; None: none.
template <class Port>
std::shared_ptr<Port> port_from(const py::object& object, OpenUrl<Port> open) {
  if (object.is_none()) return nullptr;
  if (!py::isinstance<py::str>(object)) {
    if (py::isinstance<Port>(object)) return keep_port<Port>(object);
    throw py::type_error("expected a URL or a " + py::cast<std::string>(py::type::of<Port>().attr("__name__")) +
                         ", found " + py::cast<std::string>(py::repr(object)));
  }
  const auto url = object.cast<std::string>();
  return blocking([&] { return open(url); });
}

// A call of a Python function that gives a port, for the native side to make at any time on any thread.
template <class Port, class... Arguments>
auto port_from_call(const py::function& function) {
  return [held = hold(function)](const Arguments&... arguments) -> Result<std::shared_ptr<Port>> {
    return in_python<std::shared_ptr<Port>>("open", [&]() -> Result<std::shared_ptr<Port>> {
      return kept_port<Port>(call_python(borrowed(held), arguments...));
    });
  };
}

// From a URL, an executor or a function that makes one. An executor written in Python is shared by all workers; a
// native one serves a single worker.
ExecutorFactory executor_from(const py::object& object);

// JSON text of a str or a mapping.
std::string json_from(const py::object& object);

// An absolute path of a str or a path; None: empty.
std::string folder_from(const py::object& object);

Result<MatchRequest> match_request_from(const py::object& object, const py::object& folder);
Result<Game> game_from(const py::object& object, const py::object& folder);

}  // namespace matchrunner::python
