// SPDX-License-Identifier: Apache-2.0
// AWS Signature Version 4 for S3: which headers or query prove who asks. Pure functions of their arguments.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/session.hpp"
#include "matchrunner/base/time.hpp"

namespace matchrunner::s3 {

struct Keys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty: none

  bool operator==(const Keys&) const = default;
};

using Query = std::vector<std::pair<std::string, std::string>>;  // not encoded

// What is asked for.
struct Target {
  std::string method;
  std::string host;  // with its port, unless that is the scheme's own
  std::string path;  // encoded, with its leading '/'
  Query query;
};

// Encoded and sorted, as it is signed and sent: "a=1&b="; without the '?'.
std::string query_text(Query query);

// `headers` and those that sign them all: host, x-amz-date, x-amz-content-sha256, x-amz-security-token, authorization.
http::Headers sign(const Keys& keys, std::string_view region, const Target& target, http::Headers headers,
                   std::string_view payload_sha256, Time now);

// The query of a link that holds for `valid_for`, whoever has it.
std::string presign(const Keys& keys, std::string_view region, Target target, std::chrono::seconds valid_for, Time now);

}  // namespace matchrunner::s3
