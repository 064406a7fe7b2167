// SPDX-License-Identifier: Apache-2.0
// The words of JSON fields as a libFuzzer dictionary, from the tables that check them. Pure functions.
#pragma once

#include <span>
#include <string>

#include "codec/shape.hpp"

namespace matchrunner::pages {

// The names of all fields of the objects and of the objects in them, and the words that they can be, each once.
std::string dictionary(std::span<const codec::Object* const> objects);

}  // namespace matchrunner::pages
