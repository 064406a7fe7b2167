// SPDX-License-Identifier: Apache-2.0
// SecretKeys: seals texts, so that whoever reads the store does not read them: AES-256-GCM by OpenSSL's libcrypto.
// A value; safe from any thread. docs/security.md tells the form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

inline constexpr const char* secret_key_variable = "MATCHRUNNER_SECRET_KEY";

class SecretKeys {
 public:
  SecretKeys() = default;  // none

  // Keys of 32 bytes as base64, with commas between them: the first seals, all open. Empty: none. `invalid_argument`
  // names the variable and shows no key.
  static Result<SecretKeys> of(std::string_view text);

  bool present() const { return !keys_.empty(); }

  // `about` says what the text belongs to: with another it is not opened. Only with keys.
  std::string seal(std::string_view text, std::string_view about) const;

  // `permission_denied`: by none of these keys; `corrupt_data`: it is not as it was sealed.
  Result<std::string> open(std::string_view sealed, std::string_view about) const;

 private:
  struct Key {
    std::string name;  // tells which key it is, and nothing of what it is
    std::string bytes;
  };
  std::vector<Key> keys_;
};

}  // namespace matchrunner
