// SPDX-License-Identifier: Apache-2.0
// Calls from native code into a port written in Python: takes the GIL, finds the method, turns what it raises or
// returns into a Result. Callable from any thread that holds no lock.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "casters.hpp"
#include "errors.hpp"

namespace matchrunner::python {

// Throws the TypeError for a method that returned `object`.
[[noreturn]] void wrong_type(const py::object& object);

// Turns the object that a Python method returned into what the port promises.
template <class T>
T returned(const py::object& object) {
  try {
    return object.cast<T>();
  } catch (const py::cast_error&) {
    wrong_type(object);
  }
}

// "MySink.publish".
std::string qualified_name(const py::function& function, const char* otherwise);

// Runs `body` under the GIL. What is raised there becomes an Error that carries it, with the `where` of that moment.
template <class T, class Body>
Result<T> in_python(const std::string& where, Body&& body) {
  if (!interpreter_alive()) return Error{ErrorCode::cancelled, "the interpreter has ended", where};
  const WithGil gil;
  try {
    return std::forward<Body>(body)();
  } catch (py::error_already_set& raised) {
    return error_from(raised, where);
  } catch (const py::builtin_exception& raised) {
    raised.set_error();
    py::error_already_set now;
    return error_from(now, where);
  }
}

// Calls `port.method(arguments...)` as the Python subclass defines it, and hands the returned object to `convert`.
template <class T, class Port, class Convert, class... Arguments>
Result<T> call_port_with(const Port* port, const char* method, Convert&& convert, const Arguments&... arguments) {
  std::string where = method;
  return in_python<T>(where, [&]() -> Result<T> {
    const py::function found = py::get_override(port, method);
    if (!found) return Error{ErrorCode::unsupported, "this port does not define it", where};
    where = qualified_name(found, method);
    return convert(call_python(found, arguments...));
  });
}

template <class T, class Port, class... Arguments>
Result<T> call_port(const Port* port, const char* method, const Arguments&... arguments) {
  const auto convert = [](const py::object& object) -> Result<T> {
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return returned<T>(object);
  };
  return call_port_with<T>(port, method, convert, arguments...);
}

// A port object that a Python method returned.
template <class Port>
std::shared_ptr<Port> kept_port(const py::object& object) {
  if (!py::isinstance<Port>(object)) wrong_type(object);
  return keep_port<Port>(object);
}

// For methods that cannot fail: `otherwise`, and the exception goes to sys.unraisablehook.
template <class T, class Port>
T call_infallible(const Port* port, const char* method, T otherwise) {
  auto result = call_port<T>(port, method);
  if (result) return *std::move(result);
  report_unraisable(result.error(), method);
  return otherwise;
}

template <class Port>
void call_without_result(const Port* port, const char* method) noexcept {
  if (const auto result = call_port<void>(port, method); !result) report_unraisable(result.error(), method);
}

}  // namespace matchrunner::python
