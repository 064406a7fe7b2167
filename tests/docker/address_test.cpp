// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/engine.hpp"
#include "catch.hpp"

using namespace matchrunner;

TEST_CASE("where an engine is") {
  DockerOptions options;
  options.host = "unix:///run/user/1000/docker.sock";
  const auto here = docker::read_address(options).value();
  CHECK(here.session.unix_socket == "/run/user/1000/docker.sock");
  CHECK(here.base_url == "http://docker");
  options.host = "tcp://build.example:2376";
  CHECK(docker::read_address(options).value().base_url == "http://build.example:2376");
  options.certificates = "/etc/docker/mine";
  const auto safe = docker::read_address(options).value();
  CHECK(safe.base_url == "https://build.example:2376");
  CHECK(safe.session.ca_file == "/etc/docker/mine/ca.pem");
  CHECK(safe.session.certificate_file == "/etc/docker/mine/cert.pem");
  CHECK(safe.session.key_file == "/etc/docker/mine/key.pem");
}

TEST_CASE("an address that cannot be meant is refused") {
  DockerOptions options;
  options.host =
      GENERATE("tcp://host", "unix://relative", "http://host:1", "host:2375", "tcp://host:1/path", "ssh://host");
  const auto refused = docker::read_address(options);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message.find("host: expected unix:///PATH or tcp://HOST:PORT, found '" + options.host) == 0);
}
