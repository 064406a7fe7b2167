// SPDX-License-Identifier: Apache-2.0
// The form of an artifact's name, and the path match/epoch/name under which sinks keep it. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

// A relative path with '/': no empty, "." or ".." part, no NUL, each part at most 255 bytes.
bool is_valid_artifact_name(std::string_view name);

// "match/epoch/name"; `invalid_argument`: the match is no id, or the name is not valid.
Result<std::string> artifact_path(std::string_view match, std::uint64_t epoch, std::string_view name);

// Whether `path` is one that artifact_path gives.
bool is_artifact_path(std::string_view path);

}  // namespace matchrunner
