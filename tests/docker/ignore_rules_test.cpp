// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/ignore_rules.hpp"
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
      {"a[^b]c", "a/c", false},
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
  const char* const rules = GENERATE("ok\na[", "a[b", "a[b-", "a\\", "!", "! ");
  INFO(rules);
  const auto read = IgnoreRules::read(rules);
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::invalid_argument);
  CHECK(read.error().message.find(".dockerignore: expected a pattern, found '") == 0);
}

TEST_CASE("no pattern takes long") {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "*a**/";
  CHECK(!IgnoreRules::read(stars + "b")->leaves_out(std::string(2000, 'a')));
}
