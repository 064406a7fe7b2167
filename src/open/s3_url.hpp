// SPDX-License-Identifier: Apache-2.0
// What a URL of S3 means. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "matchrunner/adapters/s3.hpp"

namespace matchrunner {

inline constexpr std::string_view s3_form =
    "s3://[KEY:SECRET@]BUCKET[/PREFIX][?endpoint=http[s]://HOST[:PORT]&region=NAME&style=auto|path|virtual"
    "&encoding=identity|gzip|zstd&create=1|0&session_token=TOKEN&profile=NAME&credentials=FILE&ca=FILE]";

// `invalid_argument` names the option.
Result<S3Options> s3_options(const std::string& url);

}  // namespace matchrunner
