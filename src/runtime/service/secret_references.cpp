// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/secret_references.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "base/percent.hpp"
#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

constexpr std::string_view file_mark = "file:";
constexpr std::streamsize longest_secret = 65536;
constexpr std::size_t least_hidden = 3;  // shorter is no secret, and stands in any text

// What a reference has to name, and what it does name; no value: it does not lead there.
struct Reference {
  std::string expected;
  std::optional<std::string> value = std::nullopt;
};

Reference follow(const std::string& name) {
  if (!name.starts_with(file_mark)) {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return {"a variable that is set"};
    return {{}, value};
  }
  std::ifstream file(name.substr(file_mark.size()), std::ios::binary);
  std::string text(static_cast<std::size_t>(longest_secret), '\0');
  file.read(text.data(), longest_secret);
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return {"a file with text in it"};
  return {{}, std::move(text)};
}

// Can be read once only, by whoever needs what is in it.
bool is_pipe(const std::string& name) {
  std::error_code none;
  return name.starts_with(file_mark) && std::filesystem::is_fifo(name.substr(file_mark.size()), none);
}

std::string shown(const std::string& name) { return "${" + without_controls(name) + "}"; }

Result<std::string> value_of_reference(const std::string& name) {
  const Reference reference = follow(name);
  if (reference.value) return *reference.value;
  return Error{ErrorCode::invalid_argument, "expected " + reference.expected + ", found " + shown(name), "service"};
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

std::vector<InputFault> faults_of_references(const std::string& path, const std::string& url) {
  std::vector<InputFault> wrong;
  const auto whole = replaced(url, [&](const std::string& name) -> Result<std::string> {
    if (is_pipe(name)) return std::string();
    const Reference reference = follow(name);
    if (!reference.value) wrong.push_back({path, reference.expected, shown(name)});
    return std::string();
  });
  if (!whole) wrong.push_back({path, "a '}' after each '${'", "none"});
  return wrong;
}

std::string with_values_hidden(std::string message, const std::string& url) {
  const auto hide = [&](const std::string& value, const std::string& name) {
    for (std::size_t at = 0; value.size() >= least_hidden && (at = message.find(value, at)) != message.npos;
         at += name.size())
      message.replace(at, value.size(), name);
  };
  [[maybe_unused]] const auto seen = replaced(url, [&](const std::string& name) -> Result<std::string> {
    const auto value = is_pipe(name) ? std::nullopt : follow(name).value;  // of a pipe it was all read
    if (!value) return std::string();
    for (const std::string& form : {*value, masked_url(*value), encoded(*value)}) hide(form, shown(name));
    return std::string();
  });
  return message;
}

std::string without_references(const std::string& url) {
  return replaced(url, [](const std::string&) { return Result<std::string>(std::string("***")); }).value_or(url);
}

}  // namespace matchrunner
