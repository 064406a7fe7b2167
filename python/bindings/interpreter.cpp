// SPDX-License-Identifier: Apache-2.0
#include "interpreter.hpp"

#include <cxxabi.h>
#include <unistd.h>

namespace matchrunner::python {
namespace {

// Does not come back once the interpreter has begun to end; the process ends around it. `call` holds nothing that an
// unwinding would destroy.
template <class Call>
auto or_hang(Call call) {
  try {
    return call();
  } catch (const abi::__forced_unwind&) {
    for (;;) ::pause();
  }
}

}  // namespace

bool interpreter_alive() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsInitialized() != 0 && Py_IsFinalizing() == 0;
#else
  return Py_IsInitialized() != 0 && _Py_IsFinalizing() == 0;
#endif
}

WithGil::WithGil() {
  or_hang([this] { gil_.emplace(); });
}

WithoutGil::~WithoutGil() {
  or_hang([this] { PyEval_RestoreThread(state_); });
}

py::object call_python_with(py::handle callable, const py::tuple& arguments, const py::dict& named) {
  PyObject* const result = or_hang([&] { return PyObject_Call(callable.ptr(), arguments.ptr(), named.ptr()); });
  if (result == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}

Reference hold(py::object object) {
  return Reference(object.release().ptr(), [](PyObject* held) {
    if (held == nullptr || !interpreter_alive()) return;
    const WithGil gil;
    or_hang([held] { Py_DECREF(held); });
  });
}

}  // namespace matchrunner::python
