// SPDX-License-Identifier: Apache-2.0
// The page docs/errors.md, from the table of error codes. Pure.
#pragma once

#include <string>

namespace matchrunner::pages {

std::string errors_page();

}  // namespace matchrunner::pages
