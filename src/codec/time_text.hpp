// SPDX-License-Identifier: Apache-2.0
// Reads what to_string(Time) writes. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "matchrunner/base/time.hpp"

namespace matchrunner::codec {

// "2026-11-21T09:15:00.123456Z", exactly; nothing when it is another form or no such time.
std::optional<Time> time_from(std::string_view text);

}  // namespace matchrunner::codec
