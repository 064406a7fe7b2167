// SPDX-License-Identifier: Apache-2.0
// Sealed: "v1.KEY.BASE64URL", of which KEY is the name of the key, and the rest a random nonce, what was enciphered,
// and the tag that answers for both and for what it is about.
#include "base/secret_keys.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "base/base64.hpp"
#include "base/digest.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::string_view version_mark = "v1.";

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

Cipher new_cipher() {
  Cipher cipher(::EVP_CIPHER_CTX_new());
  if (!cipher) throw std::bad_alloc();
  return cipher;
}

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int size_of(std::string_view text) { return static_cast<int>(text.size()); }

Error broken(std::string_view about) {
  return {ErrorCode::corrupt_data, "the sealed secrets of " + std::string(about) + " are not as they were sealed"};
}

}  // namespace

Result<SecretKeys> SecretKeys::of(std::string_view text) {
  SecretKeys keys;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    auto bytes = from_base64(text.substr(0, comma));
    if (!bytes || bytes->size() != key_bytes)
      return Error{ErrorCode::invalid_argument,
                   std::string(secret_key_variable) +
                       ": expected 32 bytes as base64 (openssl rand -base64 32), or several of these with commas "
                       "between them, found something else"};
    std::string name = sha256_hex("matchrunner secret key " + *bytes).substr(0, 8);
    keys.keys_.push_back({std::move(name), *std::move(bytes)});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return keys;
}

std::string SecretKeys::seal(std::string_view text, std::string_view about) const {
  const Key& key = keys_.front();
  const std::string nonce = random_bytes(nonce_bytes);
  const Cipher cipher = new_cipher();
  std::string hidden(text.size(), '\0');
  std::string tag(tag_bytes, '\0');
  int length = 0;
  const bool sealed =
      ::EVP_EncryptInit_ex(cipher.get(), ::EVP_aes_256_gcm(), nullptr, raw(key.bytes), raw(nonce)) == 1 &&
      ::EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(about), size_of(about)) == 1 &&
      ::EVP_EncryptUpdate(cipher.get(), raw(hidden), &length, raw(text), size_of(text)) == 1 &&
      ::EVP_EncryptFinal_ex(cipher.get(), raw(hidden) + length, &length) == 1 &&
      ::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
  if (!sealed) throw std::bad_alloc();  // nothing else can be wrong with these calls
  return std::string(version_mark) + key.name + "." + base64url(nonce + hidden + tag);
}

Result<std::string> SecretKeys::open(std::string_view sealed, std::string_view about) const {
  const std::size_t end = sealed.find('.', version_mark.size());
  if (!sealed.starts_with(version_mark) || end == sealed.npos) return broken(about);
  const std::string_view name = sealed.substr(version_mark.size(), end - version_mark.size());
  const auto bytes = from_base64(sealed.substr(end + 1));
  if (!bytes || bytes->size() < nonce_bytes + tag_bytes) return broken(about);
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& one) { return one.name == name; });
  if (key == keys_.end())
    return Error{ErrorCode::permission_denied, "the secrets of " + std::string(about) +
                                                   " are sealed under another key than this runner has in " +
                                                   secret_key_variable};
  const std::string_view nonce = std::string_view(*bytes).substr(0, nonce_bytes);
  const std::string_view hidden = std::string_view(*bytes).substr(nonce_bytes, bytes->size() - nonce_bytes - tag_bytes);
  std::string tag = bytes->substr(bytes->size() - tag_bytes);
  const Cipher cipher = new_cipher();
  std::string text(hidden.size(), '\0');
  int length = 0;
  const bool opened =
      ::EVP_DecryptInit_ex(cipher.get(), ::EVP_aes_256_gcm(), nullptr, raw(key->bytes), raw(nonce)) == 1 &&
      ::EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(about), size_of(about)) == 1 &&
      ::EVP_DecryptUpdate(cipher.get(), raw(text), &length, raw(hidden), size_of(hidden)) == 1 &&
      ::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      ::EVP_DecryptFinal_ex(cipher.get(), raw(text) + length, &length) == 1;
  if (!opened) return broken(about);
  return text;
}

}  // namespace matchrunner
