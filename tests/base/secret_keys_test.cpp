// SPDX-License-Identifier: Apache-2.0
#include "base/secret_keys.hpp"

#include "base/base64.hpp"
#include "catch.hpp"

using namespace matchrunner;

namespace {

// Keys of 32 equal bytes.
std::string key_of(char letter) { return base64url(std::string(32, letter)); }

}  // namespace

TEST_CASE("what is sealed is opened by the same key, for the same match, and is never twice the same") {
  const auto keys = SecretKeys::of(key_of('a')).value();
  REQUIRE(keys.present());
  for (const std::string text : {"", "hush", "a longer one \xff\n that fills more than one block"}) {
    const std::string sealed = keys.seal(text, "match m1");
    CHECK((text.empty() || sealed.find(text) == std::string::npos));
    CHECK(sealed.starts_with("v1."));
    CHECK(keys.open(sealed, "match m1").value() == text);
    CHECK(keys.open(sealed, "match m2").error().code == ErrorCode::corrupt_data);
    CHECK(keys.seal(text, "match m1") != sealed);
  }
}

TEST_CASE("a sealed text that was changed anywhere is not opened") {
  const auto keys = SecretKeys::of(key_of('a')).value();
  const std::string sealed = keys.seal("hush", "m");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(keys.open(changed, "m"));
    CHECK_FALSE(keys.open(sealed.substr(0, i), "m"));
  }
  CHECK_FALSE(keys.open(sealed + "AAAA", "m"));
  CHECK(from_base64("QQ==") == "A");
  CHECK_FALSE(from_base64("QR=="));  // the same byte, and bits that are none of it
}

TEST_CASE("keys are changed by putting the new one before the old") {
  const auto before = SecretKeys::of(key_of('a')).value();
  const auto both = SecretKeys::of(key_of('b') + "," + key_of('a')).value();
  const auto after = SecretKeys::of(key_of('b')).value();
  const std::string old = before.seal("hush", "m");
  CHECK(both.open(old, "m").value() == "hush");
  CHECK(after.open(both.seal("hush", "m"), "m").value() == "hush");
  const auto refused = after.open(old, "m");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::permission_denied);
  CHECK(refused.error().message.find("MATCHRUNNER_SECRET_KEY") != std::string::npos);
}

TEST_CASE("a key that is none is refused by name, and not shown") {
  CHECK_FALSE(SecretKeys::of("").value().present());
  for (const std::string& bad : {std::string("hush"), base64url(std::string(31, 'a')), key_of('a').substr(1),
                                 key_of('a') + key_of('a'), key_of('a') + ",hush", std::string("====")}) {
    const auto keys = SecretKeys::of(bad);
    REQUIRE_FALSE(keys);
    CHECK(keys.error().code == ErrorCode::invalid_argument);
    CHECK(keys.error().message.find("MATCHRUNNER_SECRET_KEY: expected 32 bytes as base64") == 0);
    CHECK(keys.error().message.find(bad) == std::string::npos);
  }
  CHECK(from_base64("+/-_").value() == from_base64("-_+/").value());  // of either alphabet
}
