// SPDX-License-Identifier: Apache-2.0
// Executor of containers: each seat is one, made through the API of a Docker Engine (1.41, Docker 20.10, and newer).
// docs/docker.md says what holds a seat, what is left to the engine, and what becomes of containers when a runner dies.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchrunner/ports/executor.hpp"

namespace matchrunner {

// When an image is asked of its registry.
enum class DockerPull : unsigned char {
  missing,  // when the engine has none of that name
  always,   // before each match
  never,
};

struct DockerOptions {
  // "unix:///PATH", "tcp://HOST:PORT"; empty: DOCKER_HOST, or else unix:///var/run/docker.sock.
  std::string host;
  // Folder with ca.pem, cert.pem and key.pem: TLS, each side showing its certificate. Empty: DOCKER_CERT_PATH, when
  // DOCKER_TLS_VERIFY is set.
  std::string certificates;
  // Which images may run: patterns of references as games write them or in full ("docker.io/library/busybox:latest"),
  // where `*` stands for any text. At least one.
  std::vector<std::string> images;
  // Where an image is whose name says no registry ("localhost:5000"); `images` is asked for the whole. Empty:
  // docker.io.
  std::string default_registry;
  DockerPull pull = DockerPull::missing;
  // "UID:GID" of every seat, numbers, and not root.
  std::string user = "65534:65534";
  // Login at the registry of this name ("localhost:5000"), for pulls.
  std::string registry;
  std::string registry_user;
  std::string registry_password;
  milliseconds connect_timeout{5'000};
  milliseconds pull_stall_timeout{120'000};  // no progress for so long: the pull is given up
};

// Asks the engine for its version. `invalid_argument`: an option; `unavailable`: no engine answers there;
// `unsupported`: it is older than 1.41; `permission_denied`: its socket or its certificate.
Result<std::shared_ptr<Executor>> make_docker_executor(const DockerOptions& options);

}  // namespace matchrunner
