// SPDX-License-Identifier: Apache-2.0
// Engine: calls of the Docker Engine API (https://docs.docker.com/engine/api/). Used by one thread.
#pragma once

#include <chrono>
#include <string>

#include "adapters/http/session.hpp"
#include "matchrunner/adapters/docker.hpp"

namespace matchrunner::docker {

// Where an engine is, and how it is spoken to.
struct EngineAddress {
  std::string shown;     // "unix:///var/run/docker.sock"
  std::string base_url;  // "http://docker"
  http::SessionOptions session;
};

// By the options, and the variables of the Docker CLI where they say nothing.
Result<EngineAddress> read_address(const DockerOptions& options);

// The part of a path that a name or a value of a query is.
std::string escaped(std::string_view text);

class Engine {
 public:
  // Asks for the version, and speaks it from then on.
  static Result<Engine> connect(EngineAddress address, const Context& context);

  const EngineAddress& address() const { return address_; }

  // For a session of the caller's. `path` begins with a slash, and the version goes before it.
  http::Request request(std::string method, const std::string& path) const;
  http::Request json_request(std::string method, const std::string& path, std::string_view body) const;

  // One call. Any status of the 200s is a success, and 304: it was so already; all others are an Error that begins
  // with `what`. `unavailable`: the engine cannot be reached.
  Result<http::Answer> call(http::Request request, const std::string& what, const Context& context);

 private:
  Engine(EngineAddress address, std::string version);
  Error unreachable(const Error& error, const std::string& what) const;

  EngineAddress address_;
  std::string prefix_;  // "http://docker/v1.41"
  http::Session session_;
};

inline constexpr std::chrono::seconds longest_opening{30};

// The engine of the options. Who takes longer than `longest_opening` is away.
Result<Engine> open_engine(const DockerOptions& options, const Context& context);

// Who took longer than a call here may take is the engine, as long as the caller has time left.
Error as_away(Error error, const Context& callers);

}  // namespace matchrunner::docker
