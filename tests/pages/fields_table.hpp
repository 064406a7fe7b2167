// SPDX-License-Identifier: Apache-2.0
// Markdown tables of JSON fields, from the tables that check them. Pure functions.
#pragma once

#include <string>

#include "codec/shape.hpp"

namespace matchrunner::pages {

// | field | value | what it is |, one row for each field; required ones are bold.
std::string fields_table(const codec::Object& object);

}  // namespace matchrunner::pages
