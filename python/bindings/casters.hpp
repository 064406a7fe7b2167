// SPDX-License-Identifier: Apache-2.0
// How the library's plain types look in Python: words as StrEnum members, sequences as tuples, Time as a datetime in
// UTC, durations as float seconds. Included by every file that casts, so that each sees the same rules.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "matchrunner/base/time.hpp"
#include "words.hpp"

namespace matchrunner::python {

// With the GIL; both raise what Python would. A naive datetime is a ValueError: it could mean any time.
pybind11::object datetime_from(Time time);
Time time_from(pybind11::handle datetime);

// Rounds; a ValueError for what is not finite.
template <class Duration>
Duration duration_from(double seconds) {
  if (!std::isfinite(seconds) || std::abs(seconds) > 1e9)
    throw pybind11::value_error("a finite number of seconds is needed");
  return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace matchrunner::python

namespace pybind11::detail {

template <matchrunner::python::HasWords Enum>
struct type_caster_enum_type_enabled<Enum, void> : std::false_type {};

template <matchrunner::python::HasWords Enum>
struct type_caster<Enum> {
  PYBIND11_TYPE_CASTER(Enum, const_name("str"));

  bool load(handle source, bool) {
    if (!isinstance<str>(source)) return false;
    const auto found = value_of(matchrunner::python::Words<Enum>::names, source.cast<std::string_view>());
    if (found) value = *found;
    return found.has_value();
  }
  static handle cast(Enum source, return_value_policy, handle) {
    return matchrunner::python::member_of(source).release();
  }
};

// More special than pybind11's own rule for vectors, which makes lists: what is read-only is a tuple.
template <class T>
struct type_caster<std::vector<T>> : list_caster<std::vector<T>, T> {
  template <class U>
  static handle cast(U&& source, return_value_policy policy, handle parent) {
    if (!std::is_lvalue_reference_v<U>) policy = return_value_policy_override<T>::policy(policy);
    tuple items(source.size());
    std::size_t at = 0;
    for (auto&& item : source) {
      auto element = reinterpret_steal<object>(make_caster<T>::cast(forward_like<U>(item), policy, parent));
      if (!element) return handle();
      PyTuple_SET_ITEM(items.ptr(), static_cast<ssize_t>(at++), element.release().ptr());
    }
    return items.release();
  }
};

template <>
struct type_caster<matchrunner::Time> {
  PYBIND11_TYPE_CASTER(matchrunner::Time, const_name("datetime.datetime"));

  bool load(handle source, bool) {
    if (!hasattr(source, "tzinfo")) return false;
    value = matchrunner::python::time_from(source);
    return true;
  }
  static handle cast(matchrunner::Time source, return_value_policy, handle) {
    return matchrunner::python::datetime_from(source).release();
  }
};

template <>
struct type_caster<matchrunner::milliseconds> {
  PYBIND11_TYPE_CASTER(matchrunner::milliseconds, const_name("float"));

  bool load(handle source, bool convert) {
    make_caster<double> seconds;
    if (!seconds.load(source, convert)) return false;
    value = matchrunner::python::duration_from<matchrunner::milliseconds>(cast_op<double>(seconds));
    return true;
  }
  static handle cast(matchrunner::milliseconds source, return_value_policy, handle) {
    return PyFloat_FromDouble(std::chrono::duration<double>(source).count());
  }
};

template <>
struct type_caster<matchrunner::BootClock::time_point> {
  using Point = matchrunner::BootClock::time_point;
  PYBIND11_TYPE_CASTER(Point, const_name("float"));

  bool load(handle source, bool convert) {
    make_caster<double> seconds;
    if (!seconds.load(source, convert)) return false;
    value = Point(matchrunner::python::duration_from<Point::duration>(cast_op<double>(seconds)));
    return true;
  }
  static handle cast(Point source, return_value_policy, handle) {
    return PyFloat_FromDouble(std::chrono::duration<double>(source.time_since_epoch()).count());
  }
};

}  // namespace pybind11::detail
