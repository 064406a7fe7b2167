// SPDX-License-Identifier: Apache-2.0
// Tells, without making a value of it, that a text is an object just as to_text() writes it. A pure function.
#pragma once

#include <string_view>

namespace matchrunner::codec {

// Then to_text() of what it says is the same text. False: it is not, or that would take a parser to see, as with
// numbers that have a fraction.
bool is_plain_object(std::string_view text);

}  // namespace matchrunner::codec
