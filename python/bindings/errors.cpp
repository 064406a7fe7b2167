// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <array>
#include <cctype>
#include <exception>

#include "port_call.hpp"

namespace matchrunner::python {
namespace {

constexpr std::size_t code_count = std::size(error_code_names);
std::array<PyObject*, code_count> classes{};  // in the order of error_code_names; never released
PyObject* base_class = nullptr;

// A Python exception on its way through native code. Copying and destroying need no GIL, see Reference.
class PythonException : public std::exception {
 public:
  PythonException(Reference exception, std::string text) : exception_(std::move(exception)), text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }
  const Reference& exception() const { return exception_; }

 private:
  Reference exception_;
  std::string text_;
};

PyObject* class_of(ErrorCode code) {
  for (std::size_t i = 0; i < code_count; ++i)
    if (error_code_names[i].code == code) return classes[i];
  return base_class;
}

ErrorCode code_of(const py::handle exception) {
  for (std::size_t i = 0; i < code_count; ++i)
    if (PyObject_IsInstance(exception.ptr(), classes[i]) == 1) return error_code_names[i].code;
  return ErrorCode::callback;
}

// `text` as one line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (std::iscntrl(static_cast<unsigned char>(c)) != 0) c = ' ';
  return text;
}

std::string text_of(const py::handle object) {
  PyObject* const text = PyObject_Str(object.ptr());
  if (text == nullptr) {
    PyErr_Clear();  // an exception whose __str__ raises still has a type
    return "?";
  }
  return one_line(py::reinterpret_steal<py::str>(text));
}

// "ValueError: boom (sink.py:12)", the place being where it was raised.
std::string summary(const py::handle exception, const py::handle trace) {
  std::string text = py::cast<std::string>(py::type::handle_of(exception).attr("__name__"));
  if (const std::string message = text_of(exception); !message.empty()) text += ": " + message;
  py::object last = py::reinterpret_borrow<py::object>(trace);
  if (!last || last.is_none()) return text;
  while (!last.attr("tb_next").is_none()) last = last.attr("tb_next");
  const auto file = py::cast<std::string>(last.attr("tb_frame").attr("f_code").attr("co_filename"));
  return text + " (" + file.substr(file.rfind('/') + 1) + ":" + text_of(last.attr("tb_lineno")) + ")";
}

// A path may be of any bytes.
py::object shown(const std::string& text) {
  return py::reinterpret_steal<py::object>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace"));
}

// Sets the exception that `error` carries as the one being raised; false: it carries none of Python.
bool restore(const Error& error) {
  if (error.exception == nullptr) return false;
  try {
    std::rethrow_exception(error.exception);
  } catch (const PythonException& raised) {
    PyObject* const exception = raised.exception().get();
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

void load_exception_classes() {
  const py::module_ errors = py::module_::import("matchrunner.errors");
  py::object base = errors.attr("Error");
  for (const auto item : base.attr("__subclasses__")()) {
    const auto word = py::cast<std::string>(item.attr("code"));
    for (std::size_t i = 0; i < code_count; ++i)
      if (error_code_names[i].name == word) classes[i] = py::reinterpret_borrow<py::object>(item).release().ptr();
  }
  base_class = base.release().ptr();
  for (std::size_t i = 0; i < code_count; ++i)
    if (classes[i] == nullptr)
      throw py::import_error("matchrunner.errors has no class for " + std::string(error_code_names[i].name));
}

void raise(const Error& error) {
  if (!restore(error)) {
    const std::string text = error.describe();
    const std::size_t prefix = error.origin.empty() ? 0 : error.origin.size() + 2;  // "origin: "
    const py::object exception = call_python(class_of(error.code), shown(text.substr(prefix)), error.origin);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  }
  throw py::error_already_set();
}

void report_unraisable(const Error& error, const std::string& where) {
  if (error.exception == nullptr || !interpreter_alive()) return;
  const WithGil gil;
  if (restore(error)) PyErr_WriteUnraisable(py::str(where).ptr());
}

void wrong_type(const py::object& object) {
  throw py::type_error("it returned " + py::cast<std::string>(py::repr(object)) + ", which is of another type");
}

std::string qualified_name(const py::function& function, const char* otherwise) {
  const auto name = py::cast<std::string>(py::getattr(function, "__qualname__", py::str(otherwise)));
  const std::string_view local = "<locals>.";
  const std::size_t at = name.rfind(local);
  return at == std::string::npos ? name : name.substr(at + local.size());
}

Error error_from(py::error_already_set& raised, const std::string& where) {
  const py::object exception = raised.value();
  if (raised.trace()) PyException_SetTraceback(exception.ptr(), raised.trace().ptr());
  const std::string text = summary(exception, raised.trace());
  Error error{code_of(exception), text, where};
  error.exception = std::make_exception_ptr(PythonException(hold(exception), text));
  if (error.code == ErrorCode::callback || PyObject_HasAttrString(exception.ptr(), "message") == 0) return error;
  error.message = text_of(exception.attr("message"));
  if (const std::string origin = text_of(exception.attr("origin")); !origin.empty()) error.origin = origin;
  return error;
}

}  // namespace matchrunner::python
