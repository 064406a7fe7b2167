// SPDX-License-Identifier: Apache-2.0
// Reads a piece of an object as it was before it was encoded.
#pragma once

#include <string>

#include "adapters/s3/client.hpp"

namespace matchrunner::s3 {

// Up to `size` bytes from `offset`; empty at the end. `not_found`: no such object. Of an encoded object all that is
// before `offset` comes over the wire, too.
Result<std::string> read_object(const Client& client, const std::string& key, std::uint64_t offset, std::size_t size,
                                const Context& context);

}  // namespace matchrunner::s3
