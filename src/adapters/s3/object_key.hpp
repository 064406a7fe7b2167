// SPDX-License-Identifier: Apache-2.0
// Keys of objects: UTF-8 of at most 1,024 bytes (Amazon S3 User Guide, "Naming Amazon S3 objects"). Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace matchrunner::s3 {

inline constexpr std::size_t longest_prefix = 512;

// What a key may begin with.
bool is_prefix(std::string_view text);

bool is_object_key(std::string_view text);

// The key of any path, which contestants may have named; no two paths of a prefix have the same. A path that may be a
// key is one, apart from what looks like an escape: a byte that is no UTF-8 becomes %XX, the '%' of a "%XX" %25. Of a
// key of more than 1,020 bytes the end is replaced by '~' and the SHA-256 of the path.
std::string object_key(const std::string& prefix, std::string_view path);

}  // namespace matchrunner::s3
