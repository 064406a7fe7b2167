// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/credentials.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "adapters/s3/failure.hpp"

namespace matchrunner::s3 {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string credentials_path(const S3Options& options) {
  if (!options.credentials_file.empty()) return options.credentials_file;
  if (auto path = variable({"AWS_SHARED_CREDENTIALS_FILE"}); !path.empty()) return path;
  const std::string home = variable({"HOME"});
  return home.empty() ? std::string() : home + "/.aws/credentials";
}

std::string profile_name(const S3Options& options) {
  if (!options.profile.empty()) return options.profile;
  const std::string named = variable({"AWS_PROFILE"});
  return named.empty() ? "default" : named;
}

}  // namespace

std::string variable(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

std::optional<Keys> keys_of_profile(std::string_view text, std::string_view profile) {
  Keys keys;
  bool inside = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const auto close = line.find(']');
      inside = close != line.npos && trimmed(line.substr(1, close - 1)) == profile;
      continue;
    }
    const auto equals = line.find('=');
    if (!inside || equals == line.npos) continue;
    const auto name = trimmed(line.substr(0, equals));
    const auto value = trimmed(line.substr(equals + 1));
    if (name == "aws_access_key_id") keys.access_key = value;
    if (name == "aws_secret_access_key") keys.secret_key = value;
    if (name == "aws_session_token") keys.session_token = value;
  }
  if (keys.access_key.empty() || keys.secret_key.empty()) return std::nullopt;
  return keys;
}

Result<Keys> find_credentials(const S3Options& options) {
  if (!options.access_key.empty() || !options.secret_key.empty()) {
    if (options.access_key.empty() || options.secret_key.empty())
      return invalid("an access key and its secret belong together; one of them is empty");
    return Keys{options.access_key, options.secret_key, options.session_token};
  }
  if (options.profile.empty() && options.credentials_file.empty()) {
    const Keys keys{variable({"AWS_ACCESS_KEY_ID"}), variable({"AWS_SECRET_ACCESS_KEY"}),
                    variable({"AWS_SESSION_TOKEN"})};
    if (!keys.access_key.empty() && !keys.secret_key.empty()) return keys;
  }
  const std::string path = credentials_path(options);
  const std::string profile = profile_name(options);
  std::ostringstream text;
  if (const std::ifstream file(path); file) text << file.rdbuf();
  if (auto keys = keys_of_profile(text.str(), profile)) return *std::move(keys);
  return invalid("no credentials: neither in the URL, nor AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor profile '" +
                 profile + "' in '" + path + "'");
}

}  // namespace matchrunner::s3
