// SPDX-License-Identifier: Apache-2.0
#include "codec/text_forms.hpp"
#include "catch.hpp"
#include "codec/json_text.hpp"
#include "codec/time_text.hpp"

using namespace matchrunner;
using namespace matchrunner::codec;

TEST_CASE("times are read as they are written") {
  for (const std::int64_t microseconds : {0LL, 1LL, 1'792'487'700'123'456LL, 253'402'300'799'999'999LL}) {
    const Time time{std::chrono::microseconds(microseconds)};
    CHECK(time_from(to_string(time)) == time);
  }
  CHECK(time_from("2024-02-29T23:59:59.000000Z").has_value());
  for (const char* bad : {"", "2026-11-21", "2026-11-21T09:15:00Z", "2026-11-21T09:15:00.123456",
                          "2026-02-29T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z",
                          "2026-01-01T00:60:00.000000Z", "2026-01-01T00:00:60.000000Z", "2026-01-01t00:00:00.000000Z",
                          "-026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.0000000"})
    CHECK_FALSE(time_from(bad).has_value());
}

TEST_CASE("paths inside a seat's folder") {
  for (const char* good : {"a", "a/b", ".hidden", "..a/...", "a b/ü"}) CHECK(is_inner_path(good));
  for (const char* bad : {"", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/..", "a/./b", "../a", "a\nb"})
    CHECK_FALSE(is_inner_path(bad));
}

TEST_CASE("names of variables, events and score fields") {
  CHECK(is_environment_name("PATH"));
  CHECK(is_environment_name("_x1"));
  for (const char* bad : {"", "1x", "a-b", "A=B", "MATCHRUNNER_", "MATCHRUNNER_X", "ä"})
    CHECK_FALSE(is_environment_name(bad));
  CHECK(is_event_type("score_2"));
  CHECK(is_event_type(std::string(32, 'a')));
  for (const char* bad : {"", "2a", "A", "a-b", "_a"}) CHECK_FALSE(is_event_type(bad));
  CHECK_FALSE(is_event_type(std::string(33, 'a')));
  CHECK(is_score_field("plies"));
  for (const char* bad : {"scores", "reason", "", "a b"}) CHECK_FALSE(is_score_field(bad));
}

TEST_CASE("what is shown of an input does nothing to a terminal") {
  CHECK(in_quotes("a\x1b[1m\"\x7f\xc2\x80\xc2\x9b\xc2\xa0ü\xff") == R"("a\u001b[1m\"\u007f\u0080\u009b)"
                                                                    "\xc2\xa0ü\xef\xbf\xbd\"");
  CHECK(in_quotes(std::string(1000, 'x')).size() == 65);
}
