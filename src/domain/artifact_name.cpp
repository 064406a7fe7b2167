// SPDX-License-Identifier: Apache-2.0
#include "domain/artifact_name.hpp"

#include <charconv>

#include "base/percent.hpp"
#include "matchrunner/base/ids.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t max_part = 255;  // NAME_MAX of every file system in use
constexpr std::size_t max_name = 1024;

// The part up to the next '/', which is taken off `path` with it.
std::string_view take_part(std::string_view& path) {
  const auto slash = path.find('/');
  const auto part = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return part;
}

bool is_valid_part(std::string_view part) {
  return !part.empty() && part.size() <= max_part && part != "." && part != ".." &&
         part.find('\0') == std::string_view::npos;
}

}  // namespace

bool is_valid_artifact_name(std::string_view name) {
  if (name.empty() || name.size() > max_name || name.back() == '/') return false;
  while (!name.empty())
    if (!is_valid_part(take_part(name))) return false;
  return true;
}

Result<std::string> artifact_path(std::string_view match, std::uint64_t epoch, std::string_view name) {
  if (!is_valid_id(match))
    return Error{ErrorCode::invalid_argument, "match: expected an id, found \"" + without_controls(match) + "\""};
  if (!is_valid_artifact_name(name))
    return Error{ErrorCode::invalid_argument,
                 "name: expected a relative path without \".\" or \"..\", found \"" + without_controls(name) + "\""};
  return std::string(match) + "/" + std::to_string(epoch) + "/" + std::string(name);
}

bool is_artifact_path(std::string_view path) {
  const auto match = take_part(path);
  const auto digits = take_part(path);
  std::uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  return std::to_string(epoch) == digits && is_valid_id(match) && is_valid_artifact_name(path);
}

}  // namespace matchrunner
