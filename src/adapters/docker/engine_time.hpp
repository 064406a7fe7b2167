// SPDX-License-Identifier: Apache-2.0
// Moments as an engine writes them. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace matchrunner::docker {

// "2026-11-26T16:50:14.123456789Z" or "...+02:00", the fraction as long as it is: since 1970. Nothing: another form, or
// a year before that, as the engine has 1 for never.
std::optional<std::chrono::nanoseconds> moment_from(const std::string& text);

}  // namespace matchrunner::docker
