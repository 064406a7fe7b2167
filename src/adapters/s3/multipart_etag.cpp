// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/multipart_etag.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <string_view>

#include "base/digest.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::size_t md5_bytes = 16;

std::string_view without_quotes(std::string_view etag) {
  const bool quoted = etag.size() > 1 && etag.starts_with('"') && etag.ends_with('"');
  return quoted ? etag.substr(1, etag.size() - 2) : etag;
}

// Lower case; empty where there is no MD5.
std::string md5_hex(ByteView bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (::EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
  return to_hex({digest.data(), size});
}

// Appends what the digits say. false: they are not those of an MD5.
bool append_md5(std::string_view etag, std::string& bytes) {
  etag = without_quotes(etag);
  if (etag.size() != 2 * md5_bytes) return false;
  for (std::size_t i = 0; i < etag.size(); i += 2) {
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(etag.data() + i, etag.data() + i + 2, byte, 16);
    if (error != std::errc() || end != etag.data() + i + 2) return false;
    bytes += static_cast<char>(byte);
  }
  return true;
}

}  // namespace

std::string multipart_etag(const std::vector<std::string>& parts) {
  std::string bytes;
  for (const std::string& part : parts)
    if (!append_md5(part, bytes)) return {};
  const std::string md5 = md5_hex(as_bytes(bytes));
  return md5.empty() ? md5 : "\"" + md5 + "-" + std::to_string(parts.size()) + "\"";
}

bool is_etag_of(std::string_view etag, ByteView bytes) {
  const std::string md5 = md5_hex(bytes);
  return !md5.empty() && without_quotes(etag) == md5;
}

}  // namespace matchrunner::s3
