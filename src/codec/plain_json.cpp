// SPDX-License-Identifier: Apache-2.0
#include "codec/plain_json.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace matchrunner::codec {
namespace {

constexpr std::size_t most_depth = 8;
constexpr std::size_t most_names = 32;   // of one object: each is compared with each
constexpr std::size_t most_digits = 18;  // of a number, so that it is one of 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  bool object(std::size_t depth = 1) {
    if (depth > most_depth || !take('{')) return false;
    if (take('}')) return true;
    std::array<std::string_view, most_names> names;
    for (std::size_t count = 0; count < names.size(); ++count) {
      if (!text(names[count]) || !take(':') || !value(depth)) return false;
      const auto end = names.begin() + static_cast<std::ptrdiff_t>(count);
      if (std::find(names.begin(), end, names[count]) != end) return false;
      if (!take(',')) return take('}');
    }
    return false;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool value(std::size_t depth) {
    std::string_view skipped;
    if (rest_.starts_with('"')) return text(skipped);
    if (rest_.starts_with('{')) return object(depth + 1);
    if (rest_.starts_with('[')) return array(depth + 1);
    return number() || take("true") || take("false") || take("null");
  }

  bool array(std::size_t depth) {
    if (depth > most_depth || !take('[')) return false;
    if (take(']')) return true;
    do
      if (!value(depth)) return false;
    while (take(','));
    return take(']');
  }

  // Of escapes only those with one letter, as others have several spellings.
  bool text(std::string_view& found) {
    if (!take('"')) return false;
    std::size_t size = 0;
    for (; size < rest_.size() && rest_[size] != '"'; ++size) {
      if (static_cast<unsigned char>(rest_[size]) < 0x20) return false;
      if (rest_[size] != '\\') continue;
      ++size;
      if (size == rest_.size() || std::string_view("\"\\bfnrt").find(rest_[size]) == std::string_view::npos)
        return false;
    }
    if (size == rest_.size()) return false;
    found = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return true;
  }

  bool number() {
    const std::size_t sign = rest_.starts_with('-') ? 1 : 0;
    std::size_t size = sign;
    while (size < rest_.size() && is_digit(rest_[size])) ++size;
    const std::size_t digits = size - sign;
    if (digits == 0 || digits > most_digits || (rest_[sign] == '0' && digits + sign > 1)) return false;
    rest_.remove_prefix(size);
    return true;  // a fraction is no end of a member
  }

  std::string_view rest_;
};

}  // namespace

bool is_plain_object(std::string_view text) {
  Scan scan(text);
  return scan.object() && scan.at_end() && is_utf8(text);
}

}  // namespace matchrunner::codec
