// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/address.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

namespace {

S3Options options(const std::string& endpoint, S3Style style = S3Style::automatic) {
  S3Options all;
  all.bucket = "matches";
  all.prefix = "/a b/";
  all.endpoint = endpoint;
  all.region = "eu-north-1";
  all.style = style;
  return all;
}

std::string url(const S3Options& of) {
  const auto address = Address::of(of);
  REQUIRE(address);
  return address->origin() + address->target("GET", "k/\xe2\x82\xac").path;
}

}  // namespace

TEST_CASE("where a bucket is, in each style") {
  CHECK(url(options("")) == "https://matches.s3.eu-north-1.amazonaws.com/k/%E2%82%AC");
  CHECK(url(options("", S3Style::path)) == "https://s3.eu-north-1.amazonaws.com/matches/k/%E2%82%AC");
  CHECK(url(options("http://127.0.0.1:9000/")) == "http://127.0.0.1:9000/matches/k/%E2%82%AC");
  CHECK(url(options("https://storage:443", S3Style::virtual_host)) == "https://matches.storage/k/%E2%82%AC");
  CHECK(url(options("http://[::1]:80")) == "http://[::1]/matches/k/%E2%82%AC");
}

TEST_CASE("an endpoint, a bucket or a prefix that cannot be meant is refused") {
  for (const char* endpoint : {"storage", "ftp://storage", "http://", "http://a/b", "http://u:p@host", "http://h:x",
                               "http://h:", "http://[::1", "https://h?x", "http://a b"}) {
    INFO(endpoint);
    CHECK(Address::of(options(endpoint)).error().code == ErrorCode::invalid_argument);
  }
  for (const char* bucket : {"", "a", "a/b", "a b", "..", "a\nb"}) {
    auto bad = options("");
    bad.bucket = bucket;
    CHECK(Address::of(bad).error().code == ErrorCode::invalid_argument);
  }
  for (const char* prefix : {"a//b", "..", "a/../b", "\xff"}) {
    auto bad = options("");
    bad.prefix = prefix;
    CHECK(Address::of(bad).error().code == ErrorCode::invalid_argument);
  }
}

TEST_CASE("a URI leads to its key, and no other text does") {
  const auto address = Address::of(options(""));
  REQUIRE(address);
  const std::string key = address->key_of("m1/1/a\nb%");
  CHECK(key == "a b/m1/1/a\nb%");
  CHECK(address->uri_of(key) == "s3://matches/a%20b/m1/1/a%0Ab%25");
  CHECK(address->key_of_uri(address->uri_of(key)) == key);
  for (const char* uri : {"s3://matches/m1/1/a", "s3://other/a%20b/m1/1/a", "s3://matches/a%20b/../m1/1/a",
                          "s3://matches/a%20b/m1/1/..", "s3://matches/a%20b/m1/1/%FF", "s3://matches/a%20b/m1/1/a%"})
    CHECK_FALSE(address->key_of_uri(uri));
}
