// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/object_key.hpp"

#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

TEST_CASE("a path that may be a key is one, and any other has one of its own") {
  const std::vector<std::pair<std::string, std::string>> paths = {
      {"\xf0\x9f\x8f\x86 %", "\xf0\x9f\x8f\x86 %"},
      {"\xff", "%FF"},
      {"%FF", "%25FF"},
      {"%25FF", "%2525FF"},
      {"%\xff", "%%FF"},
      {"100%f", "100%f"},
      {"\xc0\xaf", "%C0%AF"},                // overlong
      {"\xed\xa0\x80", "%ED%A0%80"},         // a surrogate
      {"\xf4\x90\x80\x80", "%F4%90%80%80"},  // above U+10FFFF
      {"\xe2\x82", "%E2%82"},                // cut off
      {"a\x80z", "a%80z"},
  };
  for (const auto& [path, key] : paths) CHECK(object_key("p/", path) == "p/" + key);
}

TEST_CASE("a long path has a key within the bounds of S3, made of whole characters") {
  const std::string euros = [] {
    std::string text;
    while (text.size() < 1200) text += "\xe2\x82\xac";
    return text;
  }();
  CHECK(object_key("", euros.substr(0, 1020)) == euros.substr(0, 1020));
  const std::string cut = object_key("", euros.substr(0, 1023));
  CHECK(cut == euros.substr(0, 957) + "~" + sha256_hex(euros.substr(0, 1023)));
  CHECK(is_object_key(cut));
  CHECK(object_key("", euros.substr(0, 1026)).substr(0, 957) == cut.substr(0, 957));
  CHECK(object_key("", euros.substr(0, 1026)) != cut);
  CHECK(object_key("", cut) != cut);  // a file of that name is another
  CHECK(object_key(std::string(longest_prefix, 'p') + "/", std::string(5000, '\xff')).size() == 1024);
  CHECK_FALSE(is_object_key(std::string(1025, 'x')));
  CHECK_FALSE(is_object_key(""));
}
