// SPDX-License-Identifier: Apache-2.0
// Where keys come from: the options, AWS_* variables, the credentials file of the AWS tools. Safe from any thread, as
// long as nobody changes the environment.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/s3/sigv4.hpp"
#include "matchrunner/adapters/s3.hpp"

namespace matchrunner::s3 {

// `invalid_argument`: there are none; the message says where they were looked for.
Result<Keys> find_credentials(const S3Options& options);

// The keys of a profile in the text of a credentials file.
std::optional<Keys> keys_of_profile(std::string_view text, std::string_view profile);

// The first of these variables that is set and not empty.
std::string variable(std::initializer_list<const char*> names);

}  // namespace matchrunner::s3
