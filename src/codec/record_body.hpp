// SPDX-License-Identifier: Apache-2.0
// The body of a record as a struct: canonical JSON by its table, strictly checked when it is read.
#pragma once

#include "base/percent.hpp"
#include "codec/checker.hpp"
#include "codec/recent_bodies.hpp"
#include "codec/values.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner::codec {

template <class T>
std::string body_of(const T& value) {
  return to_text(write_struct(value, Defaults::left_out));
}

// The record as messages name it.
inline std::string name_of(const Record& record) { return record.kind + " " + without_controls(record.id); }

template <class T>
Result<T> read_body(const Record& record) {
  thread_local RecentBodies<T> recent;
  if (const T* known = recent.find(record.body)) return *known;
  Json json;
  const auto faults = check_text(record.body, Outline<T>::shape, json, stored_bounds);
  if (!faults.empty()) return Error{ErrorCode::corrupt_data, one_line(faults, name_of(record))};
  T value;
  read_struct(json, value);
  recent.add(record.body, value);
  return value;
}

}  // namespace matchrunner::codec
