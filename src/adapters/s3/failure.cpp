// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/failure.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/s3/xml.hpp"
#include "base/percent.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::size_t longest_message = 300;
constexpr milliseconds longest_pause = std::chrono::minutes(1);

// What servers say, where it tells more than the status does; the first row that fits.
struct CodeRow {
  std::string_view code;
  ErrorCode error;
  bool passes;
  std::string_view hint;
};
constexpr CodeRow code_rows[] = {
    {"SlowDown", ErrorCode::unavailable, true, ""},
    {"RequestTimeout", ErrorCode::unavailable, true, ""},
    {"InternalError", ErrorCode::unavailable, true, ""},
    {"ServiceUnavailable", ErrorCode::unavailable, true, ""},
    {"OperationAborted", ErrorCode::unavailable, true, ""},
    {"BadDigest", ErrorCode::unavailable, true, "the bytes changed on their way"},
    {"XAmzContentSHA256Mismatch", ErrorCode::unavailable, true, "the bytes changed on their way"},
    {"IncompleteBody", ErrorCode::unavailable, true, ""},
    {"RequestTimeTooSkewed", ErrorCode::permission_denied, false, "the clocks of this host and the server differ"},
    {"SignatureDoesNotMatch", ErrorCode::permission_denied, false, "the secret key is wrong, or the region is"},
    {"InvalidAccessKeyId", ErrorCode::permission_denied, false, "the server does not know the access key"},
    {"ExpiredToken", ErrorCode::permission_denied, false, "the temporary keys are too old"},
    {"InvalidToken", ErrorCode::permission_denied, false, "the session token is wrong"},
    {"AuthorizationHeaderMalformed", ErrorCode::invalid_argument, false, "the region is wrong"},
    {"PermanentRedirect", ErrorCode::invalid_argument, false, "the region or the endpoint is wrong"},
    {"NoSuchBucket", ErrorCode::not_found, false, ""},
    {"EntityTooLarge", ErrorCode::resource_exhausted, false, ""},
    {"QuotaExceeded", ErrorCode::resource_exhausted, false, ""},
    {"KeyTooLongError", ErrorCode::invalid_argument, false, ""},
};

struct StatusRow {
  int status;
  ErrorCode error;
  bool passes;
};
constexpr StatusRow status_rows[] = {
    {301, ErrorCode::invalid_argument, false},   {307, ErrorCode::invalid_argument, false},
    {400, ErrorCode::invalid_argument, false},   {401, ErrorCode::permission_denied, false},
    {403, ErrorCode::permission_denied, false},  {404, ErrorCode::not_found, false},
    {405, ErrorCode::unsupported, false},        {408, ErrorCode::unavailable, true},
    {409, ErrorCode::conflict, false},           {412, ErrorCode::conflict, false},
    {413, ErrorCode::resource_exhausted, false}, {429, ErrorCode::unavailable, true},
    {501, ErrorCode::unsupported, false},        {507, ErrorCode::resource_exhausted, false},
};

std::string shown(std::string_view text) {
  std::string line = without_controls(text.substr(0, longest_message));
  if (text.size() > longest_message) line += "...";
  return line;
}

milliseconds asked_pause(const http::Answer& answer) {
  const std::string_view text = answer.header("retry-after");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return milliseconds(0);
  return std::min<milliseconds>(std::chrono::seconds(seconds), longest_pause);
}

}  // namespace

Failure failure_of(const http::Answer& answer, const std::string& what) {
  Failure failure;
  failure.status = answer.status;
  std::string message;
  if (const auto body = read_xml(answer.body); body && body->name == "Error") {
    failure.code = body->child("Code");
    message = body->child("Message");
  }
  ErrorCode code = ErrorCode::unavailable;
  failure.passes = answer.status >= 500 || answer.status < 300;  // 2xx: an error in the body
  for (const StatusRow& row : status_rows) {
    if (row.status != answer.status) continue;
    code = row.error;
    failure.passes = row.passes;
  }
  std::string hint;
  for (const CodeRow& row : code_rows) {
    if (row.code != failure.code) continue;
    code = row.error;
    failure.passes = row.passes;
    hint = row.hint;
  }
  if (const auto region = answer.header("x-amz-bucket-region"); !region.empty() && code == ErrorCode::invalid_argument)
    hint = "the bucket is in region " + shown(region);
  failure.old_keys =
      failure.code == "ExpiredToken" || failure.code == "InvalidToken" || failure.code == "InvalidAccessKeyId";
  failure.pause = asked_pause(answer);

  std::string text = what + ": " + std::to_string(answer.status);
  if (!failure.code.empty()) text += " " + shown(failure.code);
  if (!message.empty()) text += ": " + shown(message);
  if (!hint.empty()) text += " (" + hint + ")";
  failure.error = {code, std::move(text), "s3"};
  return failure;
}

Failure failure_of(const Error& error, const std::string& what) {
  Failure failure;
  failure.passes = error.code == ErrorCode::unavailable;
  failure.error = {error.code, what + ": " + error.message, "s3"};
  return failure;
}

Error invalid(const std::string& message) { return {ErrorCode::invalid_argument, without_controls(message), "s3"}; }

}  // namespace matchrunner::s3
