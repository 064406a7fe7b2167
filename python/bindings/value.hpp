// SPDX-License-Identifier: Apache-2.0
// Value<T>: binds a plain struct of the library as a read-only Python class with __repr__, __eq__ and pickling, and,
// where Python code makes such values, a constructor by keywords. All from one list of fields; with the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "casters.hpp"

namespace matchrunner::python {

namespace py = pybind11;

// JSON text of the library as Python objects; None where there is none.
py::object json_loads(const std::optional<std::string>& text);

// The text of an object; a str is taken as JSON text already.
std::string json_text(py::handle object);

// A member of one of the enumerations.
inline bool is_word(const py::object& object) {
  return PyUnicode_Check(object.ptr()) && !PyUnicode_CheckExact(object.ptr());
}

template <class T>
class Value {
 public:
  Value(py::module_& module, const char* name) : class_(module, name) {}

  template <class Member>
  Value& field(const char* name, Member T::*member) {
    return add({name, true, reader(member), writer(member)});
  }

  // Left out of __repr__: what would fill pages.
  template <class Member>
  Value& long_field(const char* name, Member T::*member) {
    return add({name, false, reader(member), writer(member)});
  }

  // A field whose form in Python is not that of the struct.
  template <class Get, class Set>
  Value& mapped_field(const char* name, Get get, Set set, bool shown = false) {
    return add({name, shown, [get](const T& value, py::handle) -> py::object { return get(value); }, set});
  }

  // JSON text, given as the object that it means. It is pickled and can be given as the text itself.
  template <class Text>
  Value& json_field(const char* name, Text T::*member) {
    Row row{name, true, [member](const T& value, py::handle) { return json_loads(value.*member); },
            [member](T& value, py::handle object) {
              if (!object.is_none()) value.*member = json_text(object);
            }};
    row.state = reader(member);
    return add(std::move(row));
  }

  // Closes the list of fields of a class that only the library makes.
  py::class_<T>& done() {
    class_.def("__repr__", &repr);
    class_.def(py::pickle(&state_of, &made_from));
    if constexpr (std::equality_comparable<T>)
      class_.def(
          "__eq__", [](const T& left, const T& right) { return left == right; }, py::is_operator());
    return class_;
  }

  // The same, of a class that can be made by keywords.
  py::class_<T>& constructible() {
    class_.def(py::init([](const py::kwargs& fields) { return made_from(fields); }));
    return done();
  }

 private:
  struct Row {
    const char* name;
    bool shown;
    std::function<py::object(const T& value, py::handle self)> get;
    std::function<void(T& value, py::handle object)> set;
    std::function<py::object(const T& value, py::handle self)> state = nullptr;  // for pickling, where it is not get
  };
  static std::vector<Row>& rows() {
    static std::vector<Row> list;
    return list;
  }

  // A nested value refers into its owner and keeps it alive.
  template <class Member>
  static auto reader(Member T::*member) {
    return [member](const T& value, py::handle self) -> py::object {
      return py::cast(value.*member, py::return_value_policy::reference_internal, self);
    };
  }
  template <class Member>
  static auto writer(Member T::*member) {
    return [member](T& value, py::handle object) { value.*member = object.cast<Member>(); };
  }

  // One kind of getter for all fields, whatever their types: it keeps the extension small and quick to compile.
  Value& add(Row row) {
    class_.def_property_readonly(row.name,
                                 [get = row.get](const py::object& self) { return get(self.cast<const T&>(), self); });
    rows().push_back(std::move(row));
    return *this;
  }

  static std::string class_name() { return py::cast<std::string>(py::type::of<T>().attr("__name__")); }

  static T made_from(const py::dict& fields) {
    T value{};
    for (const auto& [key, object] : fields) {
      const auto name = py::cast<std::string>(key);
      const Row* found = nullptr;
      for (const Row& row : rows())
        if (row.name == name) found = &row;
      if (found == nullptr) throw py::type_error(class_name() + "() has no field '" + name + "'");
      try {
        found->set(value, object);
      } catch (const py::cast_error&) {
        throw py::type_error(class_name() + "() cannot take this as '" + name +
                             "': " + py::cast<std::string>(py::repr(object)));
      }
    }
    return value;
  }

  static py::dict state_of(const py::object& self) {
    py::dict state;
    for (const Row& row : rows()) state[row.name] = (row.state ? row.state : row.get)(self.cast<const T&>(), self);
    return state;
  }

  // "Match(id='m1', state='queued', version=1)": words, and what differs from an empty value.
  static std::string repr(const py::object& self) {
    const py::object empty = py::cast(T{});
    std::string text;
    for (const Row& row : rows()) {
      if (!row.shown) continue;
      py::object object = self.attr(row.name);
      if (is_word(object))
        object = object.attr("value");  // reads better than <MatchState.QUEUED: 'queued'>
      else if (object.equal(empty.attr(row.name)))
        continue;
      text += (text.empty() ? "" : ", ") + std::string(row.name) + "=" + py::cast<std::string>(py::repr(object));
    }
    return class_name() + "(" + text + ")";
  }

  py::class_<T> class_;
};

}  // namespace matchrunner::python
