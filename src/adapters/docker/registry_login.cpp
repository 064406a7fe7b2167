// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/registry_login.hpp"

#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_reference.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/base64.hpp"

namespace matchrunner::docker {
namespace {

// What builds call docker.io by.
constexpr const char* docker_hub = "https://index.docker.io/v1/";

Json login_of(const DockerOptions& options) {
  return {{"username", options.registry_user},
          {"password", options.registry_password},
          {"serveraddress", options.registry}};
}

}  // namespace

Result<void> check_registries(const DockerOptions& options) {
  if (!options.default_registry.empty() && !is_registry(options.default_registry))
    return invalid("default_registry: expected localhost, or a host with a dot or a port, found '" +
                   options.default_registry + "'");
  if (options.registry.empty() != options.registry_user.empty())
    return invalid("registry: expected a registry and its user, or neither");
  return {};
}

std::string login_at(const std::string& registry, const DockerOptions& options) {
  const bool is_there = !options.registry.empty() && options.registry == registry;
  return base64url((is_there ? login_of(options) : Json::object()).dump());
}

std::string all_logins(const DockerOptions& options) {
  Json logins = Json::object();
  if (!options.registry.empty())
    logins[options.registry == "docker.io" ? docker_hub : options.registry] = login_of(options);
  return base64url(logins.dump());
}

}  // namespace matchrunner::docker
