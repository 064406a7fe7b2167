// SPDX-License-Identifier: Apache-2.0
// Uploads of a key that nobody finished: their parts cost room that no list of objects shows.
#pragma once

#include <string>

#include "adapters/s3/client.hpp"

namespace matchrunner::s3 {

// Removes them. What cannot be removed, or may not be listed, stays for the next time.
void remove_unfinished(const Client& client, const std::string& key, const Context& context);

}  // namespace matchrunner::s3
