// SPDX-License-Identifier: Apache-2.0
// Encoder and Decoder: bytes to those of a content coding and back, as a stream. Used by one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "matchrunner/adapters/s3.hpp"
#include "matchrunner/base/bytes.hpp"

namespace matchrunner::s3 {

class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends to `out` what is ready.
  virtual void encode(ByteView bytes, std::string& out) = 0;
  virtual void end(std::string& out) = 0;
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Hands on what is ready, piece by piece, until `take` says false. `corrupt_data`: not of this coding.
  using Take = std::function<bool(std::string_view)>;
  virtual Result<void> decode(ByteView bytes, const Take& take) = 0;
};

// The name in Content-Encoding; empty: identity.
std::string_view name_of(S3Encoding encoding);

std::unique_ptr<Encoder> make_encoder(S3Encoding encoding);
// nullptr: `name` is not a coding that is known here.
std::unique_ptr<Decoder> make_decoder(std::string_view name);

}  // namespace matchrunner::s3
