// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/failure.hpp"

#include "adapters/docker/json_parts.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t longest_message = 400;

struct StatusRow {
  int status;
  ErrorCode code;
};
constexpr StatusRow status_rows[] = {
    {400, ErrorCode::invalid_argument}, {401, ErrorCode::permission_denied}, {403, ErrorCode::permission_denied},
    {404, ErrorCode::not_found},        {409, ErrorCode::conflict},
};

// What the engine passes on with status 500, or inside a stream that began with 200.
struct WordsRow {
  std::string_view words;
  ErrorCode code;
};
constexpr WordsRow words_rows[] = {
    {"returned a non-zero code", ErrorCode::invalid_argument},  // of a build's command, before what it may say
    {"dockerfile parse error", ErrorCode::invalid_argument},
    {"Dockerfile parse error", ErrorCode::invalid_argument},
    {"COPY failed", ErrorCode::invalid_argument},
    {"ADD failed", ErrorCode::invalid_argument},
    {"no space left on device", ErrorCode::resource_exhausted},
    {"unauthorized", ErrorCode::permission_denied},
    {"no basic auth credentials", ErrorCode::permission_denied},
    {"denied", ErrorCode::permission_denied},
    {"manifest unknown", ErrorCode::not_found},
    {"not found", ErrorCode::not_found},
    {"executable file not found", ErrorCode::not_found},
};

ErrorCode code_of(int status, const std::string& message) {
  for (const StatusRow& row : status_rows)
    if (row.status == status) return row.code;
  for (const WordsRow& row : words_rows)
    if (message.find(row.words) != std::string::npos) return row.code;
  return ErrorCode::unavailable;
}

// Of a long one begin and end: a build's command that failed is named before how it ended.
std::string shown(const std::string& text) {
  if (text.size() <= longest_message) return without_controls(text);
  const auto is_inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80; };
  std::size_t head = longest_message / 2;
  std::size_t tail = text.size() - longest_message / 2;
  while (head > 0 && is_inside(head)) --head;
  while (tail < text.size() && is_inside(tail)) ++tail;
  return without_controls(text.substr(0, head) + "..." + text.substr(tail));
}

}  // namespace

Error failure_of(const http::Answer& answer, const std::string& what) {
  std::string message = text_at(object_from(answer.body), "message");
  if (message.empty()) message = answer.body;
  return {code_of(answer.status, message), what + ": " + shown(message) + " (" + std::to_string(answer.status) + ")",
          origin};
}

Error failure_of(const std::string& message, const std::string& what) {
  return {code_of(0, message), what + ": " + shown(message), origin};
}

Error invalid(const std::string& message) { return {ErrorCode::invalid_argument, without_controls(message), origin}; }

}  // namespace matchrunner::docker
