// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>  // brings Python.h, which the next one needs

#include <datetime.h>

#include "casters.hpp"

namespace matchrunner::python {
namespace {

namespace py = pybind11;
using namespace std::chrono;

// Loaded at first use, so that importing the package does not pay for it.
void load_datetime() {
  if (PyDateTimeAPI != nullptr) return;
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
}

}  // namespace

py::object datetime_from(Time time) {
  load_datetime();
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  PyObject* const made = PyDateTimeAPI->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()), PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

Time time_from(py::handle datetime) {
  if (datetime.attr("tzinfo").is_none())
    throw py::value_error("a datetime with a timezone is needed, found a naive one");
  const py::object since = datetime - datetime_from(Time{});
  return Time(days(since.attr("days").cast<int>()) + seconds(since.attr("seconds").cast<int>()) +
              microseconds(since.attr("microseconds").cast<int>()));
}

}  // namespace matchrunner::python
