// SPDX-License-Identifier: Apache-2.0
// Page: a file of the project that is printed by the program, whole or between two marks. For one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace matchrunner::pages {

struct Page {
  std::string_view path;   // from the project's folder
  std::string_view block;  // what stands between "<!-- begin BLOCK -->" and "<!-- end BLOCK -->"; empty: all of it
  std::function<std::string()> print;
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

// The file's text with the printed part in its place. Throws std::runtime_error when a mark is missing.
std::string with_printed(const std::string& old_text, const Page& page);

}  // namespace matchrunner::pages
