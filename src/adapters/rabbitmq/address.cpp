// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/address.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/percent.hpp"

namespace matchrunner::rabbitmq {
namespace {

constexpr int plain_port = 5672;
constexpr int tls_port = 5671;
constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

std::string or_variable(const std::string& given, const char* variable, const char* otherwise) {
  if (!given.empty()) return given;
  const char* const found = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return found != nullptr && *found != '\0' ? found : otherwise;
}

std::optional<Node> read_node(std::string_view text, int usual_port) {
  Node node{"", usual_port};
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;  // an IPv6 address has colons of its own
  if (bracket == text.npos) return std::nullopt;
  const auto colon = text.find(':', bracket);
  const std::string_view name = text.substr(0, colon);
  node.host = bracket > 0 ? name.substr(1, bracket - 1) : name;
  if (node.host.empty() || node.host.find_first_of(" /@\t\n") != node.host.npos) return std::nullopt;
  if (colon == text.npos) return node;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), node.port);
  if (error != std::errc() || end != port.data() + port.size() || node.port < 1 || node.port > 65535)
    return std::nullopt;
  return node;
}

Result<void> check_file(const char* option, const std::string& path) {
  if (path.empty() || ::access(path.c_str(), R_OK) == 0) return {};
  return invalid(std::string(option) + ": expected a file that can be read, found '" + path + "'");
}

}  // namespace

Error invalid(const std::string& message) {
  return {ErrorCode::invalid_argument, without_controls(message), "rabbitmq"};
}

Result<void> check_name(const char* field, const std::string& name) {
  if (!name.empty() && name.size() <= 255) return {};
  return invalid(std::string(field) + ": expected a name of 1 to 255 bytes, found " + std::to_string(name.size()));
}

Result<Address> Address::of(const RabbitMqBroker& broker) {
  Address address;
  address.broker = broker;
  if (broker.hosts.empty()) return invalid("hosts: expected at least one HOST[:PORT], found none");
  for (const std::string& text : broker.hosts) {
    auto node = read_node(text, broker.tls ? tls_port : plain_port);
    if (!node) return invalid("hosts: expected HOST[:PORT], found '" + text + "'");
    address.nodes.push_back(*std::move(node));
  }
  const bool wants_tls = !broker.ca_file.empty() || !broker.certificate_file.empty() || !broker.key_file.empty();
  if (wants_tls && !broker.tls) return invalid("certificates: expected amqps://, where they are used, found amqp://");
  if (broker.certificate_file.empty() != broker.key_file.empty())
    return invalid("certificate and key: expected both or neither, found one");
  if (broker.heartbeat_seconds < 1 || broker.heartbeat_seconds > 3600)
    return invalid("heartbeat: expected 1 to 3600 seconds, found " + std::to_string(broker.heartbeat_seconds));
  if (broker.connect_timeout < milliseconds(1)) return invalid("connect_timeout: expected a time, found none");
  if (auto checked = check_name("virtual host", broker.virtual_host); !checked) return checked.error();
  for (const auto& [option, path] : {std::pair{"ca", &broker.ca_file}, std::pair{"key", &broker.key_file},
                                     std::pair{"certificate", &broker.certificate_file}})
    if (auto checked = check_file(option, *path); !checked) return checked.error();
  address.broker.user = or_variable(broker.user, "RABBITMQ_USER", "guest");
  address.broker.password = or_variable(broker.password, "RABBITMQ_PASS", "guest");
  if (address.broker.ca_file.empty()) address.broker.ca_file = system_authorities;
  return address;
}

std::string Address::shown(const Node& node) const {
  const bool numeric = node.host.find(':') != node.host.npos;
  const std::string host = numeric ? "[" + node.host + "]" : node.host;
  const std::string vhost = broker.virtual_host == "/" ? "" : percent_encode(broker.virtual_host);
  return without_controls(std::string(broker.tls ? "amqps://" : "amqp://") + broker.user + "@" + host + ":" +
                          std::to_string(node.port) + "/" + vhost);
}

}  // namespace matchrunner::rabbitmq
