// SPDX-License-Identifier: Apache-2.0
// The known name that a mistyped one was most likely meant to be. Pure functions.
#pragma once

#include <span>
#include <string_view>

namespace matchrunner {

// Fewest single-letter insertions, removals, replacements and swaps of neighbours that make `from` into `to`. Only the
// first 64 bytes count.
std::size_t edit_distance(std::string_view from, std::string_view to);

// The first of those at the least distance; empty when `known` is.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace matchrunner
