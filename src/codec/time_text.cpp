// SPDX-License-Identifier: Apache-2.0
#include "codec/time_text.hpp"

#include <array>

namespace matchrunner::codec {
namespace {

constexpr std::string_view layout = "dddd-dd-ddTdd:dd:dd.ddddddZ";  // d: a digit

}  // namespace

std::optional<Time> time_from(std::string_view text) {
  if (text.size() != layout.size()) return std::nullopt;
  std::array<int, 7> numbers{};  // year, month, day, hours, minutes, seconds, microseconds
  std::size_t at = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (layout[i] == 'd') {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      numbers[at] = numbers[at] * 10 + (text[i] - '0');
    } else {
      if (text[i] != layout[i]) return std::nullopt;
      if (i + 1 < layout.size()) ++at;
    }
  }
  const std::chrono::year_month_day date(std::chrono::year(numbers[0]),
                                         std::chrono::month(static_cast<unsigned>(numbers[1])),
                                         std::chrono::day(static_cast<unsigned>(numbers[2])));
  if (!date.ok() || numbers[3] > 23 || numbers[4] > 59 || numbers[5] > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(numbers[3]) + std::chrono::minutes(numbers[4]) +
         std::chrono::seconds(numbers[5]) + std::chrono::microseconds(numbers[6]);
}

}  // namespace matchrunner::codec
