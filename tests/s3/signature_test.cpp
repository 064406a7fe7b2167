// SPDX-License-Identifier: Apache-2.0
// The examples that AWS publishes for signature version 4 of S3, and two for another region, by a program that gives
// those of AWS, too.
#include "adapters/s3/sigv4.hpp"
#include "base/digest.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

namespace {

const Keys keys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
constexpr Time may_24(std::chrono::seconds(1369353600));
constexpr std::string_view region = "us-east-1";
constexpr const char* host = "examplebucket.s3.amazonaws.com";

std::string authorization(const http::Headers& headers) {
  for (const auto& [name, value] : headers)
    if (name == "authorization") return value;
  return {};
}

std::string start(const std::string& names, const std::string& place = "us-east-1") {
  return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/" + place +
         "/s3/aws4_request,SignedHeaders=" + names + ",Signature=";
}

}  // namespace

TEST_CASE("getting a range of an object") {
  const auto headers =
      sign(keys, region, {"GET", host, "/test.txt", {}}, {{"Range", "bytes=0-9"}}, sha256_hex(""), may_24);
  CHECK(authorization(headers) == start("host;range;x-amz-content-sha256;x-amz-date") +
                                      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_CASE("putting an object") {
  const auto headers = sign(keys, region, {"PUT", host, "/test%24file.text", {}},
                            {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                            sha256_hex("Welcome to Amazon S3."), may_24);
  CHECK(authorization(headers) == start("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class") +
                                      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_CASE("a query without a value, and a query that is not sorted") {
  const auto lifecycle = sign(keys, region, {"GET", host, "/", {{"lifecycle", ""}}}, {}, sha256_hex(""), may_24);
  CHECK(authorization(lifecycle) == start("host;x-amz-content-sha256;x-amz-date") +
                                        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  const auto list =
      sign(keys, region, {"GET", host, "/", {{"prefix", "J"}, {"max-keys", "2"}}}, {}, sha256_hex(""), may_24);
  CHECK(authorization(list) == start("host;x-amz-content-sha256;x-amz-date") +
                                   "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("a link for a day") {
  const auto query = presign(keys, region, {"GET", host, "/test.txt", {}}, std::chrono::hours(24), may_24);
  CHECK(query ==
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_"
        "request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST_CASE("in another region another signature") {
  const std::string place = "eu-north-1";
  const Target target{"GET", "examplebucket.s3.eu-north-1.amazonaws.com", "/test.txt", {}};
  const auto headers = sign(keys, place, target, {{"Range", "bytes=0-9"}}, sha256_hex(""), may_24);
  CHECK(authorization(headers) == start("host;range;x-amz-content-sha256;x-amz-date", place) +
                                      "b88e1d9f622ac512398e3777e3205204df2a35370bba22c15f1dd596694aa256");
  const auto query = presign(keys, place, target, std::chrono::hours(24), may_24);
  CHECK(query.find("Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Feu-north-1%2Fs3%2Faws4_request&") !=
        std::string::npos);
  CHECK(query.ends_with("&X-Amz-Signature=f9f9da9e0f125d955baa9a5d715c55f5cb2eb557f97e7d3d9b8ac27f068da226"));
}

TEST_CASE("a session token is signed with the rest, in headers and in links") {
  const Keys temporary{keys.access_key, keys.secret_key, "a+b/c="};
  const auto headers = sign(temporary, region, {"GET", host, "/", {}}, {}, sha256_hex(""), may_24);
  CHECK(authorization(headers).find("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
  const auto query = presign(temporary, region, {"GET", host, "/", {}}, std::chrono::hours(1), may_24);
  CHECK(query.find("&X-Amz-Security-Token=a%2Bb%2Fc%3D&") != std::string::npos);
}

TEST_CASE("a query is encoded whole, and sorted as it is encoded") {
  CHECK(query_text({{"uploads", ""}}) == "uploads=");
  CHECK(query_text({{"b", "x y/z"}, {"a", "\xe2\x82\xac"}, {"a", "1"}}) == "a=%E2%82%AC&a=1&b=x%20y%2Fz");
}
