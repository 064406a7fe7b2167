// SPDX-License-Identifier: Apache-2.0
#include "pages/page.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace matchrunner::pages {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

std::string with_printed(const std::string& old_text, const Page& page) {
  if (page.block.empty()) return page.print();
  const std::string block(page.block);
  const std::string begin = "<!-- begin " + block + " -->\n";
  const std::string end = "<!-- end " + block + " -->\n";
  const auto from = old_text.find(begin);
  const auto to = old_text.find(end);
  if (from == old_text.npos || to == old_text.npos || to < from)
    throw std::runtime_error(std::string(page.path) + ": no marks of block " + block);
  return old_text.substr(0, from + begin.size()) + page.print() + old_text.substr(to);
}

}  // namespace matchrunner::pages
