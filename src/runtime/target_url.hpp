// SPDX-License-Identifier: Apache-2.0
// What may be shown of a URL that a match's bytes go to. Pure functions.
#pragma once

#include <string>

namespace matchrunner {

// Without user, password and every option that names a secret.
std::string bare_url(const std::string& url);

}  // namespace matchrunner
