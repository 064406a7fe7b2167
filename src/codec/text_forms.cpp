// SPDX-License-Identifier: Apache-2.0
#include "codec/text_forms.hpp"

#include <algorithm>

#include "base/host_port.hpp"
#include "codec/time_text.hpp"
#include "matchrunner/base/ids.hpp"

namespace matchrunner::codec {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_word(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

}  // namespace

bool is_plain_name(std::string_view text) { return text.size() <= 64 && is_word(text); }

bool is_anything(std::string_view) { return true; }

bool is_without_nul(std::string_view text) { return text.find('\0') == text.npos; }

bool is_one_line(std::string_view text) { return std::none_of(text.begin(), text.end(), is_control); }

bool is_command(std::string_view text) { return !text.empty() && text.back() != '/' && is_one_line(text); }

bool is_environment_name(std::string_view text) { return is_word(text) && !text.starts_with("MATCHRUNNER_"); }

bool is_inner_path(std::string_view text) {
  if (!is_one_line(text)) return false;
  while (true) {
    const std::string_view part = text.substr(0, text.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == text.size()) return true;
    text.remove_prefix(part.size() + 1);
  }
}

bool is_artifact_pattern(std::string_view text) { return !text.empty() && text.size() <= 255 && is_one_line(text); }

bool is_event_type(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_score_field(std::string_view text) { return is_plain_name(text) && text != "scores" && text != "reason"; }

bool is_id(std::string_view text) { return is_valid_id(text); }

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_time(std::string_view text) { return time_from(text).has_value(); }

bool is_listening_place(std::string_view text) {
  return text == "off" || (is_one_line(text) && split_host_port(text).has_value());
}

}  // namespace matchrunner::codec
