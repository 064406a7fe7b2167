// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) by OpenSSL's libcrypto, and random bytes from the kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "matchrunner/base/bytes.hpp"

namespace matchrunner {

// Of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(ByteView bytes);
  std::string hex();  // 64 lower-case digits; ends the stream

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view text);

// Two lower-case digits a byte.
std::string to_hex(std::span<const unsigned char> bytes);

std::string random_bytes(std::size_t count);  // getrandom

// `bytes` random bytes as lower-case hex.
std::string random_hex(std::size_t bytes);

}  // namespace matchrunner
