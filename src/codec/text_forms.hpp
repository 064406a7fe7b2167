// SPDX-License-Identifier: Apache-2.0
// The forms that a text field can have: what a fault calls it, its pattern in the JSON Schema, and the check itself.
// Constants and pure functions.
#pragma once

#include <string_view>

namespace matchrunner::codec {

struct TextForm {
  std::string_view name;     // "an id"; how a fault and the docs call it
  std::string_view pattern;  // ECMA-262, as JSON Schema has it; empty: any text
  bool (*holds)(std::string_view text);
};

// [A-Za-z_][A-Za-z0-9_]*, at most 64 bytes: what can stand in a path without quotes.
bool is_plain_name(std::string_view text);

bool is_anything(std::string_view text);
bool is_without_nul(std::string_view text);
bool is_command(std::string_view text);
bool is_environment_name(std::string_view text);
bool is_inner_path(std::string_view text);
bool is_one_line(std::string_view text);
bool is_artifact_pattern(std::string_view text);
bool is_event_type(std::string_view text);
bool is_score_field(std::string_view text);
bool is_id(std::string_view text);
bool is_sha256(std::string_view text);
bool is_time(std::string_view text);
bool is_listening_place(std::string_view text);

inline constexpr TextForm id_form{"an id (1 to 128 of A-Z a-z 0-9 . _ -, not starting with . or -)",
                                  "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", is_id};
inline constexpr TextForm any_text_form{"text", "", is_anything};
inline constexpr TextForm text_form{"text without NUL", "^[^\\u0000]*$", is_without_nul};
inline constexpr TextForm line_form{"one line of text", "^[^\\u0000-\\u001f\\u007f]*$", is_one_line};
inline constexpr TextForm command_form{"a program's name or path",
                                       "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u001f\\u007f/]$", is_command};
inline constexpr TextForm environment_name_form{"a variable's name (A-Z a-z 0-9 _, not starting with MATCHRUNNER_)",
                                                "^(?!MATCHRUNNER_)[A-Za-z_][A-Za-z0-9_]*$", is_environment_name};
inline constexpr TextForm inner_path_form{
    "a relative path without empty, \".\" or \"..\" parts",
    "^(?!\\.{1,2}(/|$))[^/\\u0000-\\u001f\\u007f]+(/(?!\\.{1,2}(/|$))[^/\\u0000-\\u001f\\u007f]+)*$", is_inner_path};
inline constexpr TextForm artifact_pattern_form{"a pattern of artifact names, such as logs/*",
                                                "^[^\\u0000-\\u001f\\u007f]{1,255}$", is_artifact_pattern};
inline constexpr TextForm score_field_form{"a name (A-Z a-z 0-9 _) other than scores and reason",
                                           "^(?!(scores|reason)$)[A-Za-z_][A-Za-z0-9_]{0,63}$", is_score_field};
inline constexpr TextForm listening_place_form{"HOST:PORT, [ADDRESS]:PORT or off",
                                               "^(off|[^\\u0000-\\u001f\\u007f]+:[0-9]{1,5})$", is_listening_place};
inline constexpr TextForm sha256_form{"64 lower-case hex digits", "^[0-9a-f]{64}$", is_sha256};
inline constexpr TextForm time_form{"a time like 2026-11-21T09:15:00.123456Z",
                                    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$", is_time};

}  // namespace matchrunner::codec
