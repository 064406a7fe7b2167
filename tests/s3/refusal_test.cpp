// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/credentials.hpp"
#include "adapters/s3/xml.hpp"
#include "base/digest.hpp"
#include "matchrunner/open.hpp"
#include "s3/bucket.hpp"
#include "variables.hpp"

using namespace matchrunner;

namespace {

Error error_of(const S3Options& options) {
  const auto sink = make_s3_artifacts(options);
  REQUIRE_FALSE(sink);
  return sink.error();
}

std::string url_of(const S3Options& options, const std::string& user) {
  return "s3://" + user + "@" + options.bucket + "/" + options.prefix + "?endpoint=" + options.endpoint;
}

// Keys that hold for an hour, as the server's token service gives them.
s3::Keys temporary_keys(const S3Options& options) {
  const std::string form = "Action=GetSessionToken&DurationSeconds=3600&Version=2011-06-15";
  http::Request request;
  request.method = "POST";
  request.url = options.endpoint + "/";
  request.headers = s3::sign({"test", "testing-secret", ""}, "us-east-1", {"POST", options.endpoint.substr(7), "/", {}},
                             {{"content-type", "application/x-www-form-urlencoded"}}, sha256_hex(form),
                             std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  request.body = as_bytes(form);
  http::Session session({});
  const auto answer = session.perform(std::move(request), {});
  REQUIRE(answer);
  INFO(answer->body);
  REQUIRE(answer->status == 200);
  const auto body = s3::read_xml(answer->body);
  REQUIRE(body);
  s3::Keys keys;
  std::vector<const s3::XmlElement*> left{&*body};
  while (!left.empty()) {
    const auto* const element = left.back();
    left.pop_back();
    for (const auto& child : element->children) left.push_back(&child);
    if (element->name != "Credentials") continue;
    keys = {std::string(element->child("AccessKeyId")), std::string(element->child("SecretAccessKey")),
            std::string(element->child("SessionToken"))};
  }
  REQUIRE_FALSE(keys.session_token.empty());
  return keys;
}

}  // namespace

TEST_CASE("a wrong secret, an unknown key and a missing bucket are final, and said when the sink is opened") {
  auto options = bucket_options();
  options.secret_key = "hush-hush";
  const auto wrong = error_of(options);
  CHECK(wrong.code == ErrorCode::permission_denied);
  CHECK(wrong.message.rfind("s3://matches/: 403 SignatureDoesNotMatch", 0) == 0);
  CHECK(wrong.message.find("hush") == std::string::npos);

  options = bucket_options();
  options.access_key = "nobody";
  CHECK(error_of(options).message.rfind("s3://matches/: 403 InvalidAccessKeyId", 0) == 0);

  options = bucket_options();
  options.bucket = "not-there";
  const auto missing = error_of(options);
  CHECK(missing.code == ErrorCode::not_found);
  CHECK(missing.message.rfind("s3://not-there/: 404 NoSuchBucket", 0) == 0);
}

TEST_CASE("a sink is opened by its URL, which is shown without its secret") {
  const auto options = bucket_options();
  const auto sink = open_artifact_sink(url_of(options, "test:testing-secret"));
  REQUIRE(sink);
  const auto uri = store(**sink, "log", "text");
  CHECK(uri == "s3://matches/" + options.prefix + "/m1/1/log");
  CHECK(contents(*open_sink(options), uri) == "text");
  for (const std::string& more : {std::string("&encoding=brotli"), std::string("&stile=path"), std::string("&style=no"),
                                  std::string("&endpoint=x"), std::string("&session_token=hush&region=a/b")}) {
    const auto refused = open_artifact_sink(url_of(options, "test:testing-secret") + more);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().describe().find("testing-secret") == std::string::npos);
    CHECK(refused.error().describe().find("hush") == std::string::npos);
  }
}

TEST_CASE("a server is who its certificate says, by an authority that is trusted") {
  auto options = bucket_options();
  const std::string plain = options.endpoint;
  options.endpoint = shared_gateway().secure_endpoint();
  const auto unknown = error_of(options);
  CHECK(unknown.code == ErrorCode::permission_denied);
  CHECK(unknown.message.find("certificate") != std::string::npos);
  options.ca_file = shared_gateway().certificate();
  const std::string bytes = varied_bytes(20'000'000);
  const auto uri = store(*open_sink(options), "log", bytes);
  CHECK(contents(*open_sink(options), uri) == bytes);
  CHECK(open_sink(options)->link(uri, std::chrono::minutes(1), {})->rfind(options.endpoint + "/", 0) == 0);
  options.endpoint = "https://localhost" + options.endpoint.substr(options.endpoint.rfind(':'));
  CHECK(error_of(options).code == ErrorCode::permission_denied);
  options.endpoint = "https" + plain.substr(4);  // no TLS there
  options.attempts = 1;
  CHECK(make_s3_artifacts(options));
  CHECK(begin(*open_sink(options), "log", "text")->close({}).error().code == ErrorCode::unavailable);
}

TEST_CASE("an authority is looked for in AWS_CA_BUNDLE") {
  auto options = bucket_options();
  options.endpoint = shared_gateway().secure_endpoint();
  const Variables variables({"AWS_CA_BUNDLE"}, {{"AWS_CA_BUNDLE", shared_gateway().certificate()}});
  const auto sink = open_sink(options);
  CHECK(contents(*sink, store(*sink, "log", "text")) == "text");
  options.ca_file = "/etc/ssl/certs/ca-certificates.crt";  // the option goes before
  CHECK(error_of(options).code == ErrorCode::permission_denied);
}

TEST_CASE("parts that S3 does not allow are refused") {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{5 << 20} - 1, (std::uint64_t{1} << 30) + 1}) {
    auto options = bucket_options();
    options.part_bytes = size;
    CHECK(error_of(options).code == ErrorCode::invalid_argument);
  }
}

TEST_CASE("temporary keys work with their session token, and not without") {
  const RadosGateway gateway(RadosGateway::Gives::temporary_keys);
  auto options = bucket_options(gateway);
  const auto keys = temporary_keys(options);
  options.access_key = keys.access_key;
  options.secret_key = keys.secret_key;
  const auto refused = begin(*open_sink(options), "log", "text")->close({});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::permission_denied);
  options.session_token = keys.session_token;
  const auto sink = open_sink(options);
  const auto uri = store(*sink, "log", "text");
  CHECK(contents(*sink, uri) == "text");
  const auto link = sink->link(uri, std::chrono::minutes(1), {});
  REQUIRE(link);
  http::Session session({});
  const auto answer = session.perform({.url = *link}, {});
  REQUIRE(answer);
  CHECK(answer->body == "text");
}
