// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/engine_time.hpp"

#include <time.h>

namespace matchrunner::docker {

using std::chrono::nanoseconds;
using std::chrono::seconds;

std::optional<nanoseconds> moment_from(const std::string& text) {
  constexpr int year_1970 = 70;
  tm parts{};
  const char* const rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || parts.tm_year < year_1970) return std::nullopt;
  nanoseconds moment = seconds(::timegm(&parts));
  auto at = static_cast<std::size_t>(rest - text.c_str());
  if (at < text.size() && text[at] == '.') {
    nanoseconds digit = std::chrono::milliseconds(100);
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, digit /= 10)
      moment += digit * (text[at] - '0');
  }
  if (text.substr(at) == "Z") return moment;
  tm zone{};
  const bool is_east = at < text.size() && text[at] == '+';
  if (!is_east && (at >= text.size() || text[at] != '-')) return std::nullopt;
  const char* const end = ::strptime(text.c_str() + at + 1, "%H:%M", &zone);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const nanoseconds offset = std::chrono::hours(zone.tm_hour) + std::chrono::minutes(zone.tm_min);
  return is_east ? moment - offset : moment + offset;
}

}  // namespace matchrunner::docker
