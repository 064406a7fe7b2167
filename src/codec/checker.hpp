// SPDX-License-Identifier: Apache-2.0
// Checks a JSON value against a shape and gathers all that is wrong. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json_text.hpp"
#include "codec/shape.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::codec {

// In the order of the input; at most max_faults.
std::vector<InputFault> check(const Json& json, const Shape& shape);

// It is a number, and within the shape's bounds.
bool fits(const Json& json, const Shape& shape);

// read_text and check in one.
std::vector<InputFault> check_text(std::string_view text, const Shape& shape, Json& json, TextBounds bounds = {});

// Every fault in one line, joined by "; "; `what` goes before.
std::string one_line(const std::vector<InputFault>& faults, std::string_view what = {});

// invalid_argument, with that line.
Error bad_input(const std::vector<InputFault>& faults, std::string_view what = {});

}  // namespace matchrunner::codec
