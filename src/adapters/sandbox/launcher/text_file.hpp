// SPDX-License-Identifier: Apache-2.0
// Small text files of the kernel (/proc, cgroups), and their lines and words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace matchrunner::launcher {

// The whole file; empty when it cannot be read.
std::string read_text(const char* path);

// false and errno: it cannot be written.
bool write_text(const char* path, std::string_view text);

// The names in a folder, without "." and "..".
std::vector<std::string> names_in(const char* folder);

// The parts between separators, in order; an empty text has none.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace matchrunner::launcher
