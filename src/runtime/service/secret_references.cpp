// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/secret_references.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/percent.hpp"

namespace matchrunner {
namespace {

constexpr std::string_view file_mark = "file:";
constexpr std::streamsize longest_secret = 65536;

Result<std::string> value_of_reference(const std::string& name) {
  const std::string shown = "${" + without_controls(name) + "}";
  if (!name.starts_with(file_mark)) {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0')
      return Error{ErrorCode::invalid_argument, shown + ": this variable is not set", "service"};
    return std::string(value);
  }
  std::ifstream file(name.substr(file_mark.size()), std::ios::binary);
  std::string text(static_cast<std::size_t>(longest_secret), '\0');
  file.read(text.data(), longest_secret);
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty())
    return Error{ErrorCode::invalid_argument, shown + ": expected a file with text in it, found none", "service"};
  return text;
}

std::string encoded(const std::string& value) {
  std::string text;
  for (const char c : percent_encode(value)) text += c == '/' ? std::string("%2F") : std::string(1, c);
  return text;
}

using Replace = std::function<Result<std::string>(const std::string& name)>;

Result<std::string> replaced(const std::string& url, const Replace& replace) {
  std::string text;
  std::size_t at = 0;
  while (true) {
    const auto begin = url.find("${", at);
    if (begin == url.npos) return text + url.substr(at);
    const auto end = url.find('}', begin);
    if (end == url.npos) return Error{ErrorCode::invalid_argument, "a '${' without its '}'", "service"};
    const auto value = replace(url.substr(begin + 2, end - begin - 2));
    if (!value) return value.error();
    text += url.substr(at, begin - at);
    text += *value;
    at = end + 1;
  }
}

bool is_one_reference(const std::string& url) { return url.starts_with("${") && url.find('}') == url.size() - 1; }

}  // namespace

Result<std::string> with_references(const std::string& url) {
  if (is_one_reference(url)) return value_of_reference(url.substr(2, url.size() - 3));
  return replaced(url, [](const std::string& name) -> Result<std::string> {
    auto value = value_of_reference(name);
    if (!value) return value;
    return encoded(*value);
  });
}

std::string without_references(const std::string& url) {
  return replaced(url, [](const std::string&) { return Result<std::string>(std::string("***")); }).value_or(url);
}

}  // namespace matchrunner
