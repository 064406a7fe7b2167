// SPDX-License-Identifier: Apache-2.0
#include "open/url.hpp"

#include <array>

#include "catch.hpp"

using namespace matchrunner;

namespace {

std::string why_not(std::string_view text) {
  const auto url = parse_url(text);
  if (url) return "";
  CHECK(url.error().code == ErrorCode::invalid_argument);
  return url.error().message;
}

}  // namespace

TEST_CASE("the parts of a URL") {
  const auto url = parse_url("S3+http://user%40home:pa%3Ass@[::1]:9000/bucket/a%20b?region=eu-1&empty=&flag");
  REQUIRE(url);
  CHECK(url->scheme == "s3+http");
  CHECK(url->user == "user@home");
  CHECK(url->password == "pa:ss");
  CHECK(url->host == "[::1]");
  CHECK(url->port == "9000");
  CHECK(url->path == "/bucket/a b");
  REQUIRE(url->options.size() == 3);
  CHECK(option_of(*url, "region", "x") == "eu-1");
  CHECK(option_of(*url, "empty", "x") == "");
  CHECK(option_of(*url, "flag", "x") == "");
  CHECK(option_of(*url, "other", "x") == "x");
}

TEST_CASE("parts that are not there") {
  const auto url = parse_url("memory://");
  REQUIRE(url);
  CHECK((url->user + url->password + url->host + url->port + url->path).empty());
  CHECK(url->options.empty());
  CHECK(parse_url("sqlite:////abs/runs.db")->path == "//abs/runs.db");
  CHECK(parse_url("file://localhost/a")->host == "localhost");
  CHECK(parse_url("a://h?x=1")->options.size() == 1);
}

TEST_CASE("what is no URL") {
  for (const char* text : {"", "runs.db", "/runs.db", "sqlite", "sqlite:", "sqlite:runs.db", "sqlite:/runs.db", "://x",
                           "1a://x", "a b://x"}) {
    INFO(text);
    CHECK(why_not(text) == "'" + std::string(text) + "': not a URL (scheme://...)");
  }
  CHECK(why_not("file:///a%2").find("broken %-sequence") != std::string::npos);
  CHECK(why_not("file:///a%zz").find("broken %-sequence") != std::string::npos);
  CHECK(why_not("file:///a%00b").find("broken %-sequence") != std::string::npos);
  CHECK(why_not("file:///a#b").find("fragment") != std::string::npos);
  CHECK(why_not("a://host:80x/").find("host or user part") != std::string::npos);
  CHECK(why_not("a://[::1/").find("host or user part") != std::string::npos);
  CHECK(why_not("a:///?x=1&y=2&x=3") == "'a:///?x=1&y=2&x=3': option 'x' stands there twice");
}

TEST_CASE("options are known by name, values by list") {
  constexpr std::array<std::string_view, 2> known{"durable", "timeout"};
  CHECK(check_options(*parse_url("a:///x?durable=1"), known, "form"));
  const auto wrong = check_options(*parse_url("a:///x?durabel=1"), known, "a:///PATH[?durable=1]");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::invalid_argument);
  CHECK(wrong.error().message ==
        "'a:///x?durabel=1': unknown option 'durabel', the nearest is 'durable' (a:///PATH[?durable=1])");
  CHECK(check_options(*parse_url("a:///?x"), {}, "a://").error().message == "'a:///?x': unknown option 'x' (a://)");

  constexpr std::array<std::string_view, 2> values{"0", "1"};
  CHECK(choice_of(*parse_url("a:///x?durable=1"), "durable", values, "0").value() == 1);
  CHECK(choice_of(*parse_url("a:///x"), "durable", values, "0").value() == 0);
  CHECK(choice_of(*parse_url("a:///x?durable=yes"), "durable", values, "0").error().message ==
        "'a:///x?durable=yes': option durable is 0 or 1, not 'yes'");
}

TEST_CASE("no host where a path is meant") {
  CHECK(check_no_host(*parse_url("sqlite:///runs.db"), "form"));
  CHECK(check_no_host(*parse_url("file://localhost/a"), "form"));
  for (const char* text : {"sqlite://runs.db", "sqlite://localhost/a", "file://host/a", "file://u@/a", "file://:1/a"}) {
    INFO(text);
    CHECK(check_no_host(*parse_url(text), "form").error().message.find("no host belongs here") != std::string::npos);
  }
}
