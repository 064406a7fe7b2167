// SPDX-License-Identifier: Apache-2.0
// The two clocks of the library: Time for what people read, BootClock for leases.
// Pure values, except BootClock::now(), which reads the system's clock.
#pragma once

#include <chrono>
#include <string>

namespace matchrunner {

using std::chrono::milliseconds;

// Wall-clock time, microseconds since 1970-01-01 UTC.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

// Time since the machine booted, suspend included (CLOCK_BOOTTIME): leases and their deadlines on one host.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept;
};

// RFC 3339 in UTC with microseconds: "2026-11-21T09:15:00.123456Z".
std::string to_string(Time time);

}  // namespace matchrunner
