// SPDX-License-Identifier: Apache-2.0
// StatusReport: what a seat's init tells the launcher, as it lies in memory: both are one program. Plain values.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace matchrunner::launcher {

struct StatusReport {
  enum class Kind : std::uint8_t {
    failed,       // `step` did not work; the seat is gone
    started,      // the program runs
    not_started,  // execve gave error_number; the seat is gone
    ended,        // the program ended with wait_status
  };
  Kind kind = Kind::failed;
  std::int32_t error_number = 0;
  std::int32_t wait_status = 0;
  char step[48] = {};
};

// false: not the bytes of a report.
inline bool from_bytes(std::string_view bytes, StatusReport& report) {
  if (bytes.size() != sizeof report) return false;
  std::memcpy(&report, bytes.data(), sizeof report);
  return report.kind <= StatusReport::Kind::ended && std::memchr(report.step, '\0', sizeof report.step) != nullptr;
}

}  // namespace matchrunner::launcher
