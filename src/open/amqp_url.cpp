// SPDX-License-Identifier: Apache-2.0
#include "open/amqp_url.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "open/url.hpp"

namespace matchrunner {
namespace {

// Splits at commas; what is empty is left out.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Result<RabbitMqBroker> amqp_broker(const Url& url, std::string_view form) {
  if (url.host.empty())
    return Error{ErrorCode::invalid_argument, "'" + url.text + "': no host (" + std::string(form) + ")"};
  RabbitMqBroker broker;
  const bool numeric = url.host.find(':') != url.host.npos && !url.host.starts_with('[');
  broker.hosts = {(numeric ? "[" + url.host + "]" : url.host) + (url.port.empty() ? "" : ":" + url.port)};
  for (std::string& host : parts_of(option_of(url, "hosts", ""))) broker.hosts.push_back(std::move(host));
  broker.tls = url.scheme == "amqps";
  if (url.path.size() > 1) broker.virtual_host = url.path.substr(1);
  broker.user = url.user;
  broker.password = url.password;
  broker.ca_file = option_of(url, "ca", "");
  broker.certificate_file = option_of(url, "certificate", "");
  broker.key_file = option_of(url, "key", "");
  const auto heartbeat = number_of(url, "heartbeat", 1, 3600, broker.heartbeat_seconds);
  if (!heartbeat) return heartbeat.error();
  broker.heartbeat_seconds = *heartbeat;
  return broker;
}

constexpr std::array<std::string_view, 2> no_yes{"0", "1"};

}  // namespace

Result<RabbitMqCommandsOptions> amqp_commands_options(const std::string& text) {
  constexpr std::array<std::string_view, 14> known{"queue",   "exchange",    "binding",      "type",     "declare",
                                                   "control", "waiting",     "dead_letters", "prefetch", "hosts",
                                                   "ca",      "certificate", "key",          "heartbeat"};
  constexpr std::array<std::string_view, 2> types{"quorum", "classic"};  // as RabbitMqQueueType
  const auto url = parse_url(text);
  if (!url) return url.error();
  if (auto checked = check_options(*url, known, amqp_commands_form); !checked) return checked.error();
  const auto broker = amqp_broker(*url, amqp_commands_form);
  if (!broker) return broker.error();
  const auto type = choice_of(*url, "type", types, "quorum");
  if (!type) return type.error();
  const auto declare = choice_of(*url, "declare", no_yes, "1");
  if (!declare) return declare.error();
  RabbitMqCommandsOptions options;
  const auto prefetch = number_of(*url, "prefetch", 1, 65535, options.prefetch);
  if (!prefetch) return prefetch.error();
  options.broker = *broker;
  options.queue = option_of(*url, "queue", "");
  options.exchange = option_of(*url, "exchange", "");
  options.binding = option_of(*url, "binding", "");
  options.type = static_cast<RabbitMqQueueType>(*type);
  options.declare = *declare == 1;
  options.control_exchange = option_of(*url, "control", "");
  options.waiting_queue = option_of(*url, "waiting", "");
  options.dead_letter_queue = option_of(*url, "dead_letters", "");
  options.prefetch = static_cast<std::uint16_t>(*prefetch);
  return options;
}

Result<RabbitMqEventsOptions> amqp_events_options(const std::string& text) {
  constexpr std::array<std::string_view, 10> known{"exchange", "declare", "mandatory",   "window", "replies_expire",
                                                   "hosts",    "ca",      "certificate", "key",    "heartbeat"};
  const auto url = parse_url(text);
  if (!url) return url.error();
  if (auto checked = check_options(*url, known, amqp_events_form); !checked) return checked.error();
  const auto broker = amqp_broker(*url, amqp_events_form);
  if (!broker) return broker.error();
  const auto declare = choice_of(*url, "declare", no_yes, "1");
  if (!declare) return declare.error();
  const auto mandatory = choice_of(*url, "mandatory", no_yes, "1");
  if (!mandatory) return mandatory.error();
  RabbitMqEventsOptions options;
  const auto window = number_of(*url, "window", 1, 100'000, options.window);
  if (!window) return window.error();
  options.broker = *broker;
  options.exchange = option_of(*url, "exchange", "");
  options.declare = *declare == 1;
  options.mandatory = *mandatory == 1;
  options.window = *window;
  const auto expire = number_of(*url, "replies_expire", 0, 2'000'000, options.replies_expire);
  if (!expire) return expire.error();
  options.replies_expire = *expire;
  return options;
}

Result<RabbitMqArtifactsOptions> amqp_artifacts_options(const std::string& text) {
  constexpr std::array<std::string_view, 10> known{"queue", "exchange", "declare",     "mandatory", "window",
                                                   "hosts", "ca",       "certificate", "key",       "heartbeat"};
  const auto url = parse_url(text);
  if (!url) return url.error();
  if (auto checked = check_options(*url, known, amqp_artifacts_form); !checked) return checked.error();
  const auto broker = amqp_broker(*url, amqp_artifacts_form);
  if (!broker) return broker.error();
  const auto declare = choice_of(*url, "declare", no_yes, "1");
  if (!declare) return declare.error();
  RabbitMqArtifactsOptions options;
  options.broker = *broker;
  options.queue = option_of(*url, "queue", "");
  options.exchange = option_of(*url, "exchange", "");
  options.declare = *declare == 1;
  // An exchange alone is for whoever may listen.
  const auto mandatory = choice_of(*url, "mandatory", no_yes, options.queue.empty() ? "0" : "1");
  if (!mandatory) return mandatory.error();
  options.mandatory = *mandatory == 1;
  const auto window = number_of(*url, "window", 1, 10'000, options.window);
  if (!window) return window.error();
  options.window = *window;
  return options;
}

}  // namespace matchrunner
