// SPDX-License-Identifier: Apache-2.0
#include "open/docker_url.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "matchrunner/open.hpp"
#include "open/url.hpp"

namespace matchrunner {

Result<DockerOptions> docker_options(const std::string& text) {
  constexpr std::array<std::string_view, 8> known{"images",           "pull",     "user",          "certificates",
                                                  "default_registry", "registry", "registry_user", "registry_password"};
  constexpr std::array<std::string_view, 3> pulls{"missing", "always", "never"};  // as DockerPull
  const auto url = parse_url(text);
  if (!url) return url.error();
  if (auto checked = check_options(*url, known, docker_form); !checked) return checked.error();
  if (!url->user.empty() || (!url->host.empty() && (url->port.empty() || !url->path.empty())))
    return Error{ErrorCode::invalid_argument, "'" + url->text + "': expected " + std::string(docker_form)};
  const auto pull = choice_of(*url, "pull", pulls, "missing");
  if (!pull) return pull.error();
  DockerOptions options;
  if (!url->host.empty()) options.host = "tcp://" + url->host + ":" + url->port;
  if (!url->path.empty()) options.host = "unix://" + url->path;
  options.pull = static_cast<DockerPull>(*pull);
  options.user = option_of(*url, "user", options.user);
  options.certificates = option_of(*url, "certificates", "");
  options.default_registry = option_of(*url, "default_registry", "");
  options.registry = option_of(*url, "registry", "");
  options.registry_user = option_of(*url, "registry_user", "");
  options.registry_password = option_of(*url, "registry_password", "");
  std::string rest = option_of(*url, "images", "");
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (comma > 0) options.images.push_back(rest.substr(0, comma));
    rest.erase(0, comma + 1);
  }
  return options;
}

Result<DockerOptions> engine_options(const std::string& executor_urls) {
  std::istringstream words(executor_urls);
  std::string seen;
  for (std::string url; words >> url; seen += (seen.empty() ? "" : " ") + masked_url(url))
    if (url.starts_with("docker:")) return docker_options(url);
  return Error{ErrorCode::invalid_argument, "'" + seen + "': images are an engine's: expected a URL docker://"};
}

}  // namespace matchrunner
