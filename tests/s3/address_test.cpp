// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/address.hpp"

#include "adapters/s3/client.hpp"
#include "catch.hpp"
#include "deaf_listener.hpp"
#include "variables.hpp"

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

struct PlaceVariables : Variables {
  PlaceVariables(Values values)
      : Variables({"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}, values) {}
};

// Where an address leads to that says neither endpoint nor region itself, and what its requests are signed for.
std::string found_place() {
  S3Options all = options("");
  all.region.clear();
  const auto address = Address::of(all);
  REQUIRE(address);
  const Client client(all, *address, {"key", "secret", ""});
  const std::string link = client.link("k", std::chrono::seconds(1));
  const std::string before = "X-Amz-Credential=key%2FYYYYMMDD%2F";
  const auto at = link.find(before.substr(0, before.find("YYYY"))) + before.size();
  const std::string signed_for = link.substr(at, link.find("%2Fs3%2Faws4_request", at) - at);
  std::string authorization;
  for (const auto& [name, value] : client.request_of({.key = "k"}, client.keys()).headers)
    if (name == "authorization") authorization = value;
  CHECK(authorization.find("/" + signed_for + "/s3/aws4_request,") != std::string::npos);
  return link.substr(0, link.find('?')) + " " + signed_for;
}

}  // namespace

TEST_CASE("where a bucket is, in each style") {
  CHECK(url(options("")) == "https://matches.s3.eu-north-1.amazonaws.com/k/%E2%82%AC");
  CHECK(url(options("", S3Style::path)) == "https://s3.eu-north-1.amazonaws.com/matches/k/%E2%82%AC");
  CHECK(url(options("http://127.0.0.1:9000/")) == "http://127.0.0.1:9000/matches/k/%E2%82%AC");
  CHECK(url(options("https://storage:443", S3Style::virtual_host)) == "https://matches.storage/k/%E2%82%AC");
  CHECK(url(options("http://[::1]:80")) == "http://[::1]/matches/k/%E2%82%AC");
}

TEST_CASE("a region is looked for in AWS_REGION, then in AWS_DEFAULT_REGION; then it is us-east-1") {
  {
    const PlaceVariables variables{{"AWS_REGION", "eu-north-1"}, {"AWS_DEFAULT_REGION", "eu-west-2"}};
    CHECK(found_place() == "https://matches.s3.eu-north-1.amazonaws.com/k eu-north-1");
    S3Options told = options("");
    told.region = "sa-east-1";
    CHECK(Address::of(told).value().region() == "sa-east-1");
  }
  {
    const PlaceVariables variables{{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "eu-west-2"}};
    CHECK(found_place() == "https://matches.s3.eu-west-2.amazonaws.com/k eu-west-2");
  }
  const PlaceVariables none{};
  CHECK(found_place() == "https://matches.s3.us-east-1.amazonaws.com/k us-east-1");
}

TEST_CASE("an endpoint is looked for in AWS_ENDPOINT_URL_S3, then in AWS_ENDPOINT_URL") {
  {
    const PlaceVariables variables{{"AWS_ENDPOINT_URL_S3", "http://one:1"}, {"AWS_ENDPOINT_URL", "http://two:2"}};
    CHECK(found_place() == "http://one:1/matches/k us-east-1");
    CHECK(Address::of(options("http://told:3")).value().origin() == "http://told:3");
  }
  {
    const PlaceVariables variables{{"AWS_ENDPOINT_URL", "http://two:2"}, {"AWS_REGION", "eu-north-1"}};
    CHECK(found_place() == "http://two:2/matches/k eu-north-1");
  }
  const PlaceVariables bad{{"AWS_ENDPOINT_URL", "two:2"}};
  CHECK(Address::of(options("")).error().message == "endpoint: expected http[s]://host[:port], found 'two:2'");
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

TEST_CASE("a server that neither accepts nor refuses is given up after the time to connect, by its address") {
  const DeafListener nobody;
  S3Options all = options("http://" + nobody.address());
  all.access_key = all.secret_key = "key";
  all.connect_timeout = milliseconds(100);
  all.attempts = 2;
  const auto sink = make_s3_artifacts(all);
  REQUIRE(sink);
  const auto read = (*sink)->read("s3://matches/a%20b/m1/1/log", 0, 1, Context::within(std::chrono::seconds(20)));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::unavailable);
  INFO(read.error().describe());
  CHECK(read.error().message.find(nobody.address().substr(nobody.address().find(':') + 1)) != std::string::npos);
  CHECK(read.error().describe().find('\n') == std::string::npos);
}
