// SPDX-License-Identifier: Apache-2.0
// What an older client, who asked for a match by run_match, waits to read of the events of that match. A pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/json_text.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

// Nothing: the same as everybody. `body`: of the event.
std::optional<std::string> older_reply(const Match& match, std::string_view type, const codec::Json& body);

}  // namespace matchrunner
