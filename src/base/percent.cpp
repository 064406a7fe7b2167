// SPDX-License-Identifier: Apache-2.0
#include "base/percent.hpp"

#include <charconv>

namespace matchrunner {
namespace {

bool is_kept(char c) {
  const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter_or_digit || std::string_view("/-._~").find(c) != std::string_view::npos;
}

// DEL and U+0080 to U+009F too: terminals obey them.
bool is_control(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(at) == 0xc2) return byte(at + 1) >= 0x80 && byte(at + 1) < 0xa0;
  return byte(at) < 0x20 || byte(at) == 0x7f;
}

void append_encoded(std::string& text, char c) {
  constexpr char digits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  text += '%';
  text += digits[byte >> 4];
  text += digits[byte & 15];
}

}  // namespace

std::string percent_encode(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (is_kept(c))
      text += c;
    else
      append_encoded(text, c);
  }
  return text;
}

std::string without_controls(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_control(text, i)) {
      shown += text[i];
      continue;
    }
    append_encoded(shown, text[i]);
    if (text[i] == '\xc2') append_encoded(shown, text[++i]);
  }
  return shown;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    unsigned char byte = 0;
    const char* end = text.data() + i + 3;
    if (std::from_chars(text.data() + i + 1, end, byte, 16).ptr != end) return std::nullopt;
    path += static_cast<char>(byte);
    i += 2;
  }
  return path;
}

}  // namespace matchrunner
