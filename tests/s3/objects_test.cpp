// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

// What a command says, and that it ended well.
std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  CHECK(::pclose(pipe) == 0);
  return text;
}

std::string fetched(const std::string& link) { return output_of("curl -sf --compressed '" + link + "'"); }

std::string content_type(const S3Options& options, const std::string& name) {
  const auto head = client_of(options)->perform({.method = "HEAD", .key = options.prefix + "/m1/1/" + name}, {});
  REQUIRE(head);
  return std::string(head->header("content-type"));
}

}  // namespace

TEST_CASE("an artifact is the object PREFIX/match/epoch/name, and its URI says so") {
  const auto options = bucket_options();
  const auto sink = open_sink(options);
  const auto uri = store(*sink, "logs/white.stdout", "text");
  CHECK(uri == "s3://matches/" + options.prefix + "/m1/1/logs/white.stdout");
  CHECK(contents(*sink, uri) == "text");
  CHECK(content_type(options, "logs/white.stdout") == "text/plain; charset=utf-8");
}

TEST_CASE("names of any bytes, whose keys others can sign for, too") {
  const auto sink = open_sink(bucket_options());
  for (const std::string name : {"a b+c&d=e", "100%41", "%2F", "\xe2\x82\xac/\xf0\x9f\x8f\x86", "a\tb\nc\x7f",
                                 "'\"<>\\|^`{}", "e\xcc\x81", "...", "~!*();:@$,[]#?", " x ",
                                 "\xe2\x80\xae"
                                 "abc",
                                 "\xff%FF"}) {
    INFO(name);
    const auto uri = store(*sink, name, "of " + name);
    CHECK(contents(*sink, uri) == "of " + name);
    const auto link = sink->link(uri, std::chrono::minutes(1), {});
    REQUIRE(link);
    if (name.find('\'') == std::string::npos) CHECK(fetched(*link) == "of " + name);
    REQUIRE(sink->remove(uri, {}));
    CHECK(sink->read(uri, 0, 1, {}).error().code == ErrorCode::not_found);
  }
}

TEST_CASE("a link is opened without any keys, until it has run out") {
  for (const auto encoding : {S3Encoding::identity, S3Encoding::gzip}) {
    auto options = bucket_options();
    options.encoding = encoding;
    const auto sink = open_sink(options);
    const std::string bytes = varied_bytes(100'000);
    const auto link = sink->link(store(*sink, "log", bytes), std::chrono::minutes(1), {});
    REQUIRE(link);
    CHECK(link->rfind(options.endpoint + "/matches/" + options.prefix + "/m1/1/log?X-Amz-Algorithm=", 0) == 0);
    CHECK(fetched(*link) == bytes);
    CHECK(output_of("curl -s -o /dev/null -w '%{http_code}' '" + link->substr(0, link->find('?')) + "'") == "403");
    CHECK(output_of("curl -s -o /dev/null -w '%{http_code}' '" + *link + "0'") == "403");
  }
  const auto sink = open_sink(bucket_options());
  const auto uri = store(*sink, "log", "x");
  CHECK(sink->link(uri, std::chrono::hours(24 * 7), {}));
  for (const milliseconds time :
       {milliseconds(0), milliseconds(-1), milliseconds(std::chrono::hours(24 * 7) + milliseconds(1))})
    CHECK(sink->link(uri, time, {}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("nothing that is stored is run by a browser") {
  const auto options = bucket_options();
  const auto sink = open_sink(options);
  for (const std::string name : {"a.html", "a.svg", "a.js", "a.xml"}) {
    store(*sink, name, "<script>");
    CHECK(content_type(options, name) == "text/plain; charset=utf-8");
  }
  store(*sink, "a.json", "{}");
  CHECK(content_type(options, "a.json") == "application/json");
  store(*sink, "a", "x");
  CHECK(content_type(options, "a") == "application/octet-stream");
}

TEST_CASE("a bucket in the host's name") {
  auto options = bucket_options();
  options.endpoint.replace(options.endpoint.find("127.0.0.1"), 9, "localhost");
  options.style = S3Style::virtual_host;
  const auto sink = open_sink(options);
  const auto uri = store(*sink, "\xe2\x82\xac", "text");
  CHECK(contents(*sink, uri) == "text");
  const auto link = sink->link(uri, std::chrono::minutes(1), {});
  REQUIRE(link);
  CHECK(link->rfind("http://matches.localhost:", 0) == 0);
  CHECK(fetched(*link) == "text");
  CHECK(contents(*open_sink([&] {
          auto by_path = options;
          by_path.style = S3Style::path;
          return by_path;
        }()),
                 uri) == "text");
}

TEST_CASE("a bucket is named without any prefix") {
  auto options = bucket_options();
  const ArtifactKey key{options.prefix, 1, "log"};
  options.prefix.clear();
  const auto sink = open_sink(options);
  auto writer = sink->open(key, {}, {});
  REQUIRE(writer);
  const auto uri = (*writer)->close({});
  REQUIRE(uri);
  CHECK(*uri == "s3://matches/" + key.match + "/1/log");
  CHECK(contents(*sink, *uri).empty());
}
