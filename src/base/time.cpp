// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/base/time.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace matchrunner {

BootClock::time_point BootClock::now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

// What lies beyond the years of the form, as a damaged store may have it, is written as their first or last moment.
std::string to_string(Time time) {
  using namespace std::chrono;
  constexpr Time first = sys_days(year(0) / January / 1);
  constexpr Time last = Time(sys_days(year(10000) / January / 1)) - microseconds(1);
  time = std::clamp(time, first, last);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace matchrunner
