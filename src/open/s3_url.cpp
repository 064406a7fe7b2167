// SPDX-License-Identifier: Apache-2.0
#include "open/s3_url.hpp"

#include <array>

#include "open/url.hpp"

namespace matchrunner {
namespace {

constexpr std::array<std::string_view, 9> known{"endpoint",      "region",  "style",       "encoding", "create",
                                                "session_token", "profile", "credentials", "ca"};
constexpr std::array<std::string_view, 3> styles{"auto", "path", "virtual"};      // as S3Style
constexpr std::array<std::string_view, 3> encodings{"identity", "gzip", "zstd"};  // as S3Encoding
constexpr std::array<std::string_view, 2> creates{"0", "1"};

}  // namespace

Result<S3Options> s3_options(const std::string& text) {
  const auto url = parse_url(text);
  if (!url) return url.error();
  if (auto checked = check_options(*url, known, s3_form); !checked) return checked.error();
  const auto style = choice_of(*url, "style", styles, "auto");
  if (!style) return style.error();
  const auto encoding = choice_of(*url, "encoding", encodings, "identity");
  if (!encoding) return encoding.error();
  const auto create = choice_of(*url, "create", creates, "0");
  if (!create) return create.error();
  if (!url->port.empty())
    return Error{ErrorCode::invalid_argument,
                 "'" + url->text + "': a bucket has no port; that of the server belongs into endpoint="};
  S3Options options;
  options.bucket = url->host;
  options.prefix = url->path;
  options.endpoint = option_of(*url, "endpoint", "");
  options.region = option_of(*url, "region", "");
  options.style = static_cast<S3Style>(*style);
  options.encoding = static_cast<S3Encoding>(*encoding);
  options.create_bucket = *create == 1;
  options.access_key = url->user;
  options.secret_key = url->password;
  options.session_token = option_of(*url, "session_token", "");
  options.profile = option_of(*url, "profile", "");
  options.credentials_file = option_of(*url, "credentials", "");
  options.ca_file = option_of(*url, "ca", "");
  return options;
}

}  // namespace matchrunner
