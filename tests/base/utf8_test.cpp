// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include "catch.hpp"

using namespace matchrunner;

TEST_CASE("UTF-8: shortest forms of what Unicode has, and nothing else") {
  for (const char* good : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "x\xf0\x9f\x98\x80y"})
    CHECK(is_utf8(good));
  for (const char* bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe1\x80",
        "\xe1\x80x", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xf0\x9f\x98"})
    CHECK_FALSE(is_utf8(bad));
}
