// SPDX-License-Identifier: Apache-2.0
// Errors across the border: a native Error becomes an exception of matchrunner.errors, a Python exception becomes an
// Error that carries it and is raised again as the same object.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <utility>

#include "interpreter.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::python {

// Looks up the exception classes; called once, when the module is made.
void load_exception_classes();

// Raises; with the GIL.
[[noreturn]] void raise(const Error& error);

// What a port written in Python raised, with the GIL. One of matchrunner's own exceptions keeps its code, any other is
// `callback`; both carry the exception itself. `where` is "MySink.publish".
Error error_from(py::error_already_set& raised, const std::string& where);

// Hands the exception that `error` carries, if any, to sys.unraisablehook: for calls that cannot fail.
void report_unraisable(const Error& error, const std::string& where);

template <class T>
T unwrap(Result<T> result) {
  if (!result) raise(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// A call that may block: without the GIL, its error raised.
template <class Call>
auto blocking(Call&& call) {
  return unwrap(without_gil(std::forward<Call>(call)));
}

}  // namespace matchrunner::python
