// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/content_type.hpp"

namespace matchrunner::s3 {
namespace {

struct Row {
  std::string_view ending;
  std::string_view type;
};
constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr Row rows[] = {
    {".stdout", plain_text}, {".stderr", plain_text},       {".log", plain_text},   {".txt", plain_text},
    {".html", plain_text},   {".htm", plain_text},          {".xml", plain_text},   {".svg", plain_text},
    {".js", plain_text},     {".css", plain_text},          {".md", plain_text},    {".pgn", plain_text},
    {".csv", plain_text},    {".json", "application/json"}, {".jsonl", plain_text}, {".png", "image/png"},
    {".jpg", "image/jpeg"},  {".jpeg", "image/jpeg"},       {".gif", "image/gif"},  {".webp", "image/webp"},
    {".mp4", "video/mp4"},   {".webm", "video/webm"},       {".wav", "audio/wav"},  {".zip", "application/zip"},
};

}  // namespace

std::string_view content_type_of(std::string_view name) {
  for (const Row& row : rows)
    if (name.ends_with(row.ending)) return row.type;
  return "application/octet-stream";
}

}  // namespace matchrunner::s3
