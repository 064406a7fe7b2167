// SPDX-License-Identifier: Apache-2.0
// LogLine: one thing that a service has to tell whoever runs it. A plain value.
#pragma once

#include <string>

#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class LogLevel : unsigned char { debug, info, warning, error };
inline constexpr std::array<Name<LogLevel>, 4> log_levels{
    {{LogLevel::debug, "debug"}, {LogLevel::info, "info"}, {LogLevel::warning, "warning"}, {LogLevel::error, "error"}}};

enum class LogFormat : unsigned char { text, json };
inline constexpr std::array<Name<LogFormat>, 2> log_formats{{{LogFormat::text, "text"}, {LogFormat::json, "json"}}};

constexpr std::string_view to_string(LogLevel value) { return name_of(log_levels, value); }
constexpr std::string_view to_string(LogFormat value) { return name_of(log_formats, value); }

struct LogLine {
  Time at{};
  LogLevel level = LogLevel::info;
  std::string match;    // the match it is about; empty: none
  std::string message;  // one line

  bool operator==(const LogLine&) const = default;
};

// "2026-11-21T09:15:00.123456Z info m1 begins": one line, control characters as %XX.
std::string to_string(const LogLine& line);

}  // namespace matchrunner
