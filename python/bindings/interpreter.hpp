// SPDX-License-Identifier: Apache-2.0
// What native code must know of the interpreter: whether it lives, how to hold its objects, how to be without the GIL.
// A Reference may be copied and destroyed on any thread, with or without the GIL, also after the interpreter's end.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <utility>

namespace matchrunner::python {

namespace py = pybind11;

// False once the interpreter is being torn down: from then on the GIL cannot be had.
bool interpreter_alive() noexcept;

// A Python object held from native code; released under the GIL, and leaked when there is no interpreter to take it.
using Reference = std::shared_ptr<PyObject>;
Reference hold(py::object object);

inline py::object borrowed(const Reference& reference) { return py::reinterpret_borrow<py::object>(reference.get()); }

// A thread that wants the GIL of an interpreter that has begun to end is ended by it, by unwinding its stack; Python of
// 3.14 lets it hang instead, and so do we in every version: through native frames an unwinding would end the process.
class WithGil {
 public:
  WithGil();

 private:
  std::optional<py::gil_scoped_acquire> gil_;
};

class WithoutGil {
 public:
  WithoutGil() : state_(PyEval_SaveThread()) {}
  ~WithoutGil();
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  PyThreadState* state_;
};

// Calls what may be written in Python, under the GIL. All such calls of ours go through here: the interpreter may begin
// to end while Python code runs, and what our frames hold must not be destroyed by an unwinding without the GIL.
py::object call_python_with(py::handle callable, const py::tuple& arguments, const py::dict& named);

template <class... Arguments>
py::object call_python(py::handle callable, const Arguments&... arguments) {
  return call_python_with(callable, py::make_tuple(arguments...), py::dict());
}

// Runs `call` without the GIL. Whatever may block or take a native lock goes through here.
template <class Call>
decltype(auto) without_gil(Call&& call) {
  const WithoutGil released;
  return std::forward<Call>(call)();
}

// A native port on its way into Python: its destructor may wait for threads, so it runs without the GIL.
template <class Port>
std::shared_ptr<Port> torn_down_without_gil(std::shared_ptr<Port> port) {
  Port* const raw = port.get();
  return std::shared_ptr<Port>(raw, [owner = std::move(port)](Port*) mutable {
    if (interpreter_alive() && PyGILState_Check() != 0)
      without_gil([&] { owner.reset(); });
    else
      owner.reset();
  });
}

// A port on its way out of Python. One written in Python is kept with its Python object, so that the subclass lives as
// long as the native side needs it; of a native one the object itself is shared.
template <class Port>
std::shared_ptr<Port> keep_port(const py::object& object) {
  auto* const port = object.cast<Port*>();
  if (port == nullptr) throw py::type_error("None is not a port");
  if (dynamic_cast<const py::trampoline_self_life_support*>(port) == nullptr)
    return object.cast<std::shared_ptr<Port>>();
  return std::shared_ptr<Port>(hold(object), port);
}

template <class Port>
bool written_in_python(const Port& port) {
  return dynamic_cast<const py::trampoline_self_life_support*>(&port) != nullptr;
}

}  // namespace matchrunner::python
