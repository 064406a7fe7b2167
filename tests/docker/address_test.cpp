// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/engine.hpp"
#include "catch.hpp"
#include "deaf_listener.hpp"
#include "variables.hpp"

using namespace matchrunner;

namespace {

struct EngineVariables : Variables {
  EngineVariables(Values values)
      : Variables({"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "HOME"}, values) {}
};

}  // namespace

TEST_CASE("where an engine is") {
  const EngineVariables none{};
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

TEST_CASE("an engine is looked for in DOCKER_HOST; then it is that of this host") {
  DockerOptions options;
  {
    const EngineVariables none{};
    const auto found = docker::read_address(options).value();
    CHECK(found.shown == "unix:///var/run/docker.sock");
    CHECK(found.session.unix_socket == "/var/run/docker.sock");
  }
  {
    const EngineVariables empty{{"DOCKER_HOST", ""}};
    CHECK(docker::read_address(options).value().shown == "unix:///var/run/docker.sock");
  }
  {
    const EngineVariables bad{{"DOCKER_HOST", "ssh://host"}};
    CHECK(docker::read_address(options).error().message ==
          "host: expected unix:///PATH or tcp://HOST:PORT, found 'ssh://host'");
  }
  const EngineVariables variables{{"DOCKER_HOST", "tcp://build.example:2375"}};
  CHECK(docker::read_address(options).value().base_url == "http://build.example:2375");
  options.host = "unix:///run/mine.sock";
  CHECK(docker::read_address(options).value().session.unix_socket == "/run/mine.sock");
}

TEST_CASE("certificates are looked for in DOCKER_CERT_PATH when DOCKER_TLS_VERIFY is set, and only then") {
  DockerOptions options;
  {
    const EngineVariables variables{{"DOCKER_HOST", "tcp://build.example:2376"}, {"DOCKER_CERT_PATH", "/certificates"}};
    const auto plain = docker::read_address(options).value();
    CHECK(plain.base_url == "http://build.example:2376");
    CHECK(plain.session.ca_file.empty());
    CHECK(plain.session.key_file.empty());
  }
  const EngineVariables variables{
      {"DOCKER_HOST", "tcp://build.example:2376"}, {"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_CERT_PATH", "/certificates"}};
  const auto safe = docker::read_address(options).value();
  CHECK(safe.base_url == "https://build.example:2376");
  CHECK(safe.session.ca_file == "/certificates/ca.pem");
  CHECK(safe.session.certificate_file == "/certificates/cert.pem");
  CHECK(safe.session.key_file == "/certificates/key.pem");
  options.certificates = "/mine";
  CHECK(docker::read_address(options).value().session.ca_file == "/mine/ca.pem");
}

TEST_CASE("certificates are looked for in ~/.docker when nothing says where they are") {
  const EngineVariables variables{
      {"DOCKER_HOST", "tcp://build.example:2376"}, {"DOCKER_TLS_VERIFY", "1"}, {"HOME", "/home/eve"}};
  const auto safe = docker::read_address({}).value();
  CHECK(safe.base_url == "https://build.example:2376");
  CHECK(safe.session.ca_file == "/home/eve/.docker/ca.pem");
}

TEST_CASE("an engine that neither accepts nor refuses is given up after the time to connect, by its address") {
  const DeafListener nobody;
  DockerOptions options;
  options.host = "tcp://" + nobody.address();
  options.images = {"*"};
  options.connect_timeout = milliseconds(300);
  const auto began = Context::Clock::now();
  const auto made = make_docker_executor(options);
  CHECK(Context::Clock::now() - began < std::chrono::seconds(20));  // not by the time for all of the opening
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::unavailable);
  CHECK(made.error().describe().find("no engine at " + options.host + ": ") != std::string::npos);
  CHECK(made.error().describe().find('\n') == std::string::npos);
}
