// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/text_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

std::string read_text(const char* path) {
  const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; file && (got = ::read(file.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

bool write_text(const char* path, std::string_view text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::vector<std::string> names_in(const char* folder) {
  std::vector<std::string> names;
  DIR* const list = ::opendir(folder);
  while (const dirent* entry = list != nullptr ? ::readdir(list) : nullptr) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (list != nullptr) ::closedir(list);
  return names;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace matchrunner::launcher
