// SPDX-License-Identifier: Apache-2.0
// The targets of an older message: where it wants artifacts kept and sent, as `storage` and `streams` of a match file.
// Untrusted input. Pure functions.
#pragma once

#include <vector>

#include "codec/json_text.hpp"

namespace matchrunner {

// Adds what `data.log` says to the match file. A fault shows no value: there may be a password in it.
void add_targets(const codec::Json& data, codec::Json& match, std::vector<InputFault>& wrong);

}  // namespace matchrunner
