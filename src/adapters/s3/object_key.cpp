// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/object_key.hpp"

#include "base/digest.hpp"
#include "base/percent.hpp"
#include "base/utf8.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t longest_whole = longest_key - 4;  // what is cut is longer, and so never another's

bool is_escape(std::string_view text) {
  return text.starts_with('%') && text.size() >= 3 && percent_decode(text.substr(0, 3)).has_value();
}

std::string as_utf8(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const std::size_t size = is_escape(path) ? 0 : utf8_size(path);
    if (size == 0)
      text += percent_encode(path.substr(0, 1));
    else
      text += path.substr(0, size);
    path.remove_prefix(size == 0 ? 1 : size);
  }
  return text;
}

// At most `size` bytes of it, all of them whole characters.
std::string_view beginning(std::string_view text, std::size_t size) {
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

bool is_prefix(std::string_view text) { return text.size() <= longest_prefix && is_utf8(text); }

bool is_object_key(std::string_view text) { return !text.empty() && text.size() <= longest_key && is_utf8(text); }

std::string object_key(const std::string& prefix, std::string_view path) {
  std::string key = prefix + as_utf8(path);
  if (key.size() <= longest_whole) return key;
  const std::string end = "~" + sha256_hex(path);
  return std::string(beginning(key, longest_key - end.size())) + end;
}

}  // namespace matchrunner::s3
