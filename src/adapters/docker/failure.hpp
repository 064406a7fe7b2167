// SPDX-License-Identifier: Apache-2.0
// What an engine's refusal means. Pure functions.
#pragma once

#include <string>

#include "adapters/http/session.hpp"

namespace matchrunner::docker {

inline constexpr const char* origin = "docker";

// Of an answer that is no success: "what: message of the engine".
Error failure_of(const http::Answer& answer, const std::string& what);

// Of what an engine or registry said in words alone.
Error failure_of(const std::string& message, const std::string& what);

// "field: expected ..., found ...".
Error invalid(const std::string& message);

}  // namespace matchrunner::docker
