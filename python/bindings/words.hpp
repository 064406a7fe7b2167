// SPDX-License-Identifier: Apache-2.0
// The library's words as Python enumerations (enum.StrEnum), made from the same tables as everywhere else.
// With the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/domain/log_line.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner::python {

inline constexpr std::array<Name<LeaseChange>, 5> lease_changes{{{LeaseChange::keep, "keep"},
                                                                 {LeaseChange::claim, "claim"},
                                                                 {LeaseChange::renew, "renew"},
                                                                 {LeaseChange::release, "release"},
                                                                 {LeaseChange::lapse, "lapse"}}};

// The table of an enumeration's words, and the name of its Python class.
template <class Enum>
struct Words;

#define MATCHRUNNER_WORDS(Enum, table)               \
  template <>                                        \
  struct Words<Enum> {                               \
    static constexpr const auto& names = table;      \
    static constexpr const char* class_name = #Enum; \
  }
MATCHRUNNER_WORDS(SeatRole, seat_roles);
MATCHRUNNER_WORDS(Wiring, wirings);
MATCHRUNNER_WORDS(OnOutputLimit, on_output_limits);
MATCHRUNNER_WORDS(MatchState, match_states);
MATCHRUNNER_WORDS(MatchResult, match_results);
MATCHRUNNER_WORDS(Fault, faults);
MATCHRUNNER_WORDS(Verdict, verdicts);
MATCHRUNNER_WORDS(LeaseChange, lease_changes);
MATCHRUNNER_WORDS(LogLevel, log_levels);
MATCHRUNNER_WORDS(LogFormat, log_formats);
#undef MATCHRUNNER_WORDS

template <class Enum>
concept HasWords = requires {
  Words<Enum>::class_name;
};

// Makes every class of the list above in `module`.
void add_words(pybind11::module_& module);

// The members of the class, in the order of its table; filled by add_words, never released.
template <HasWords Enum>
std::vector<PyObject*>& members() {
  static std::vector<PyObject*> list;
  return list;
}

template <HasWords Enum>
pybind11::object member_of(Enum value) {
  std::size_t at = 0;
  while (Words<Enum>::names[at].value != value) ++at;
  return pybind11::reinterpret_borrow<pybind11::object>(members<Enum>()[at]);
}

}  // namespace matchrunner::python
