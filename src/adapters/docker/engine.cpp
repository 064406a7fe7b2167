// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/engine.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::string_view default_host = "unix:///var/run/docker.sock";
constexpr std::string_view host_form = "unix:///PATH or tcp://HOST:PORT";
constexpr std::size_t longest_answer = 64U << 20U;  // a list of very many containers, or one with long arguments
constexpr int oldest_minor = 41;                    // Docker 20.10
constexpr int newest_minor = 47;                    // what this was written for; a newer engine speaks it, too

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value == nullptr ? std::string() : value;
}

// "1.41" -> 41; 0: no such form.
int minor_of(std::string_view version) {
  int minor = 0;
  if (version.starts_with("1.")) std::from_chars(version.data() + 2, version.data() + version.size(), minor);
  return minor;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : percent_encode(text)) out += c == '/' ? std::string("%2F") : std::string(1, c);
  return out;
}

Result<EngineAddress> read_address(const DockerOptions& options) {
  EngineAddress address;
  address.shown = !options.host.empty() ? options.host : variable("DOCKER_HOST");
  if (address.shown.empty()) address.shown = default_host;
  address.session.connect_timeout = options.connect_timeout;
  address.session.stall_timeout = options.pull_stall_timeout;
  const std::string_view host = address.shown;
  if (host.starts_with("unix:///")) {
    address.session.unix_socket = host.substr(std::string_view("unix://").size());
    address.base_url = "http://docker";
    return address;
  }
  constexpr std::string_view tcp = "tcp://";
  const bool has_port = host.rfind(':') > tcp.size() && host.find_first_of("/?#@ ", tcp.size()) == host.npos;
  if (!host.starts_with(tcp) || !has_port)
    return invalid("host: expected " + std::string(host_form) + ", found '" + address.shown + "'");
  std::string folder = options.certificates;
  if (folder.empty() && !variable("DOCKER_TLS_VERIFY").empty()) {
    folder = variable("DOCKER_CERT_PATH");
    if (folder.empty()) folder = variable("HOME") + "/.docker";  // as the docker command does
  }
  address.base_url = (folder.empty() ? "http://" : "https://") + std::string(host.substr(tcp.size()));
  if (folder.empty()) return address;
  address.session.ca_file = folder + "/ca.pem";
  address.session.certificate_file = folder + "/cert.pem";
  address.session.key_file = folder + "/key.pem";
  return address;
}

Engine::Engine(EngineAddress address, std::string version)
    : address_(std::move(address)), prefix_(address_.base_url + std::move(version)), session_(address_.session) {}

Result<Engine> Engine::connect(EngineAddress address, const Context& context) {
  Engine engine(std::move(address), "");
  const auto answer = engine.call(engine.request("GET", "/version"), "version", context);
  if (!answer) return answer.error();
  const std::string version = text_at(object_from(answer->body), "ApiVersion");
  const int minor = std::min(minor_of(version), newest_minor);
  if (minor < oldest_minor)
    return Error{ErrorCode::unsupported,
                 engine.address_.shown + ": expected API version 1.41 or newer (Docker 20.10), found '" +
                     without_controls(version.substr(0, 20)) + "'",
                 origin};
  engine.prefix_ += "/v1." + std::to_string(minor);
  return engine;
}

http::Request Engine::request(std::string method, const std::string& path) const {
  http::Request request;
  request.method = std::move(method);
  request.url = prefix_ + path;
  request.most_bytes = longest_answer;
  return request;
}

http::Request Engine::json_request(std::string method, const std::string& path, std::string_view body) const {
  http::Request made = request(std::move(method), path);
  made.headers = {{"Content-Type", "application/json"}};
  made.body = as_bytes(body);
  return made;
}

Error Engine::unreachable(const Error& error, const std::string& what) const {
  const ErrorCode code = error.code == ErrorCode::internal ? ErrorCode::unavailable : error.code;
  return {code, what + ": no engine at " + address_.shown + ": " + error.message, origin};
}

Result<http::Answer> Engine::call(http::Request request, const std::string& what, const Context& context) {
  auto answer = session_.perform(std::move(request), context);
  if (!answer) {
    const Error& error = answer.error();
    const bool by_a_sink = error.origin == origin || error.code == ErrorCode::callback;
    return by_a_sink || error.code == ErrorCode::cancelled ? error : unreachable(error, what);
  }
  if (answer->status / 100 == 2 || answer->status == 304) return answer;
  return failure_of(*answer, what);
}

Error as_away(Error error, const Context& callers) {
  if (error.code == ErrorCode::timeout && callers.check()) error.code = ErrorCode::unavailable;
  return error;
}

Result<Engine> open_engine(const DockerOptions& options, const Context& context) {
  auto address = read_address(options);
  if (!address) return std::move(address).error();
  const Context opening{std::min(context.deadline, Context::within(longest_opening).deadline), context.stop};
  auto engine = Engine::connect(*std::move(address), opening);
  if (!engine) return as_away(std::move(engine).error(), context);
  return engine;
}

}  // namespace matchrunner::docker
