// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/failure.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

namespace {

http::Answer answer(int status, const std::string& code, const std::string& message = "", http::Headers headers = {}) {
  http::Answer all;
  all.status = status;
  all.headers = std::move(headers);
  if (!code.empty()) all.body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
  return all;
}

}  // namespace

TEST_CASE("what passes by itself is tried again, and nothing else") {
  for (const auto& [status, code] : {std::pair(500, "InternalError"),
                                     {503, "SlowDown"},
                                     {502, ""},
                                     {504, ""},
                                     {429, ""},
                                     {408, ""},
                                     {400, "RequestTimeout"},
                                     {200, "InternalError"},
                                     {400, "BadDigest"}}) {
    INFO(status << " " << code);
    const auto failure = failure_of(answer(status, code), "s3://b/k");
    CHECK(failure.passes);
    CHECK(failure.error.code == ErrorCode::unavailable);
  }
  for (const auto& [status, code, error] : {std::tuple(403, "AccessDenied", ErrorCode::permission_denied),
                                            {403, "SignatureDoesNotMatch", ErrorCode::permission_denied},
                                            {404, "NoSuchBucket", ErrorCode::not_found},
                                            {404, "", ErrorCode::not_found},
                                            {400, "AuthorizationHeaderMalformed", ErrorCode::invalid_argument},
                                            {301, "PermanentRedirect", ErrorCode::invalid_argument},
                                            {412, "PreconditionFailed", ErrorCode::conflict},
                                            {501, "NotImplemented", ErrorCode::unsupported},
                                            {507, "", ErrorCode::resource_exhausted}}) {
    INFO(status << " " << code);
    const auto failure = failure_of(answer(status, code), "s3://b/k");
    CHECK_FALSE(failure.passes);
    CHECK(failure.error.code == error);
  }
}

TEST_CASE("a failure says in one line what was asked for, and what the server said") {
  CHECK(failure_of(answer(403, "SignatureDoesNotMatch", "no"), "s3://b/k").error.describe() ==
        "s3: s3://b/k: 403 SignatureDoesNotMatch: no (the secret key is wrong, or the region is)");
  CHECK(failure_of(answer(301, "PermanentRedirect", "", {{"x-amz-bucket-region", "eu-north-1"}}), "s3://b/")
            .error.message == "s3://b/: 301 PermanentRedirect (the bucket is in region eu-north-1)");
  CHECK(failure_of(answer(500, "a\nb", "\x1b[2J"), "s3://b/k").error.message == "s3://b/k: 500 a%0Ab: %1B[2J");
  CHECK(failure_of(answer(500, "a", std::string(100'000, 'x')), "s3://b/k").error.message.size() < 400);
  http::Answer page;
  page.status = 502;
  page.body = "<html><body>Bad gateway</body>";
  CHECK(failure_of(page, "s3://b/k").error.message == "s3://b/k: 502");
}

TEST_CASE("a pause that the server asks for is kept, within bounds") {
  CHECK(failure_of(answer(503, "SlowDown", "", {{"retry-after", "7"}}), "").pause == std::chrono::seconds(7));
  CHECK(failure_of(answer(503, "SlowDown", "", {{"retry-after", "99999"}}), "").pause == std::chrono::minutes(1));
  for (const char* text : {"", "-1", "7x", "Fri, 24 May 2013 00:00:00 GMT", "99999999999999999999"})
    CHECK(failure_of(answer(503, "SlowDown", "", {{"retry-after", text}}), "").pause == milliseconds(0));
}
