// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/object_key.hpp"

#include "base/digest.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t longest_whole = longest_key - 4;  // what is cut is longer, and so never another's

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// The length of the character that the text begins with; 0: of none. RFC 3629: no overlong forms, no surrogates,
// nothing above U+10FFFF.
std::size_t character_size(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  const std::size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first > 0xf4 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte_at(text, i) & 0xc0U) != 0x80) return 0;
  if (size > 2) {
    const unsigned second = byte_at(text, 1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
        (first == 0xf4 && second > 0x8f))
      return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && is_hex_digit(text[1]) && is_hex_digit(text[2]);
}

std::string escape(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const unsigned byte = static_cast<unsigned char>(c);
  return {'%', digits[byte >> 4U], digits[byte & 15U]};
}

std::string as_utf8(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const std::size_t size = is_escape(path) ? 0 : character_size(path);
    if (size == 0)
      text += escape(path[0]);
    else
      text += path.substr(0, size);
    path.remove_prefix(size == 0 ? 1 : size);
  }
  return text;
}

// At most `size` bytes of it, all of them whole characters.
std::string_view beginning(std::string_view text, std::size_t size) {
  while (size > 0 && size < text.size() && (byte_at(text, size) & 0xc0U) == 0x80) --size;
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
