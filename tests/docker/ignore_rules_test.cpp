// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/ignore_rules.hpp"

#include "base/utf8.hpp"
#include "catch.hpp"

using namespace matchrunner;
using docker::IgnoreRules;

TEST_CASE("what rules leave out of a build") {
  const auto [rules, path, out] = GENERATE(table<const char*, const char*, bool>({
      {"", "a", false},
      {"# a\n\n  \n", "a", false},
      {"a", "a", true},
      {"a", "ab", false},
      {"a", "b/a", false},  // every pattern begins at the folder
      {"a", "a/b/c", true},
      {"/a/", "a/b", true},
      {"./a/../b", "b", true},
      {" a \r\n", "a", true},
      {"\xEF\xBB\xBF"
       "a",
       "a", true},
      {"*.o", "x.o", true},
      {"*.o", "d/x.o", false},
      {"*/*.o", "d/x.o", true},
      {"*/x", "x", false},
      {"**/*.o", "x.o", true},
      {"**/*.o", "d/e/x.o", true},
      {"**/x", "d/yx", false},
      {"a/**", "a", false},
      {"a/**", "a/b/c", true},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "ab", false},
      {"**", "a/b", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"a[b-d]", "ac", true},
      {"a[b-d]", "ae", false},
      {"a[^b-d]", "ae", true},
      {"a[^b]c", "a/c", true},  // docker's sets take slashes
      {"a[.-0]c", "a/c", true},
      {"a[\\-\\]]", "a]", true},
      {"[x[]", "[", true},
      {"a?c", "a\u00e4c", true},  // one character
      {"a?c", "a\377c", true},
      {"a??c", "a\u00e4c", false},
      {"a[\u00e4]c", "a\u00e4c", true},
      {"a[\u00e4]c", "a\u00e5c", false},
      {"a[\u00e0-\u00ff]", "a\u00e4", true},
      {"a[\u00e0-\u00ff]", "a\u0100", false},
      {"a[^\u00e4]c", "a\u00e5c", true},
      {"a\\\u00e4", "a\u00e4", true},
      {"**.log", "x.log", true},
      {"**.log", "d/x.log", true},
      {"**.log", "x.log/y", true},
      {"**.log", "x.logs", false},
      {"**foo", "d/barfoo", true},
      {"**foo/x", "barfoo/x", true},
      {"**foo*", "barfoo", false},  // with more in it than letters, whole names
      {"**foo*", "d/foo1", true},
      {"d/**foo", "d/barfoo", false},
      {"a\\*", "a*", true},
      {"a\\*", "ab", false},
      {"a.c", "abc", false},
      {"*\n!a", "a", false},
      {"*\n!a", "b", true},
      {"*\n! a", "a", false},
      {"d\n!d/keep", "d/keep", false},
      {"d\n!d/keep", "d/lose", true},
      {"!a\na", "a", true},  // the last that fits
      {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
      {"*.md\n!README*.md\nREADME-secret.md", "README-1.md", false},
      {"/", "a", false},
  }));
  INFO(rules << " : " << path);
  const auto read = IgnoreRules::read(rules);
  REQUIRE(read);
  CHECK(read->leaves_out(path) == out);
}

TEST_CASE("rules of no such form are refused by their line") {
  const char* const rules = GENERATE("ok\na[", "a[b", "a[b-", "a\\", "!", "! ", "[]", "[^]", "[]a]", "[-a]", "[a-]",
                                     "[b-a]", "[\\", "[\xff]", "[a-\xc3]");
  INFO(rules);
  const auto read = IgnoreRules::read(rules);
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::invalid_argument);
  CHECK(read.error().message.find(".dockerignore: expected a pattern, found '") == 0);
}

TEST_CASE("a line that is shown is cut between characters") {
  std::string ends;
  for (int i = 0; i < 60; ++i) ends += "\u00e4";
  const auto read = IgnoreRules::read(GENERATE("", "a") + ends + "[");
  REQUIRE(!read);
  CHECK(is_utf8(read.error().message));
}

TEST_CASE("a line that is too long is refused by its number") {
  CHECK(IgnoreRules::read(std::string(4096, 'a') + "\n#" + std::string(5000, 'a')));
  const auto read = IgnoreRules::read("a\n\n" + std::string(4097, 'a') + "\n");
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::invalid_argument);
  CHECK(read.error().message == ".dockerignore: expected lines of at most 4096 bytes, found 4097 in line 3");
}

TEST_CASE("no pattern takes long") {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "*a**/";
  CHECK(!IgnoreRules::read(stars + "b")->leaves_out(std::string(2000, 'a')));
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "a/";
  CHECK(!IgnoreRules::read(std::string(4094, '*') + "bc")->leaves_out(path));  // 2047 times any folders
}
