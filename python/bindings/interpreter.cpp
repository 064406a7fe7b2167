// SPDX-License-Identifier: Apache-2.0
#include "interpreter.hpp"

#include <cxxabi.h>
#include <unistd.h>

namespace matchrunner::python {
namespace {

// Never comes back; the process ends around it.
[[noreturn]] void hang() {
  for (;;) ::pause();
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
  try {
    gil_.emplace();
  } catch (const abi::__forced_unwind&) {
    hang();
  }
}

WithoutGil::~WithoutGil() {
  try {
    PyEval_RestoreThread(state_);
  } catch (const abi::__forced_unwind&) {
    hang();
  }
}

py::object call_python_with(py::handle callable, const py::tuple& arguments, const py::dict& named) {
  PyObject* result = nullptr;
  try {
    result = PyObject_Call(callable.ptr(), arguments.ptr(), named.ptr());
  } catch (const abi::__forced_unwind&) {
    hang();
  }
  if (result == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}

Reference hold(py::object object) {
  return Reference(object.release().ptr(), [](PyObject* held) {
    if (held == nullptr || !interpreter_alive()) return;
    const WithGil gil;
    Py_DECREF(held);
  });
}

}  // namespace matchrunner::python
