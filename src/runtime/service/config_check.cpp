// SPDX-License-Identifier: Apache-2.0
// The configuration as a whole: its form, by the table of fields, that no secret stands in its file, and that
// references lead to one.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

#include "codec/checker.hpp"
#include "codec/json_text.hpp"
#include "codec/service_config.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/service_config.hpp"
#include "runtime/service/secret_references.hpp"

namespace matchrunner {
namespace {

struct Place {
  std::string port;  // as in AdapterRow
  std::string field;
  std::string within;  // "[0]" or ".name"
  std::string url;
};

std::vector<Place> urls_in(const ServiceConfig& config) {
  std::vector<Place> urls{{"state_store", "store", "", config.store},
                          {"artifact_sink", "artifacts", "", config.artifacts},
                          {"executor", "executor", "", config.executor}};
  for (std::size_t i = 0; i < config.sources.size(); ++i)
    urls.push_back({"command_source", "sources", "[" + std::to_string(i) + "]", config.sources[i]});
  for (const auto& [name, url] : config.sinks) urls.push_back({"event_sink", "sinks", "." + name, url});
  for (const auto& [pattern, url] : config.streams) urls.push_back({"artifact_sink", "streams", "." + pattern, url});
  return urls;
}

std::vector<InputFault> secrets_in(const ServiceConfig& config) {
  std::vector<InputFault> wrong;
  for (const auto& [port, field, within, url] : urls_in(config)) {
    const std::string shown = without_references(url);
    if (masked_url(shown) != shown)
      wrong.push_back({field + within, "no secret in the file, but ${NAME} of a variable or ${file:PATH} in its place",
                       masked_url(shown)});
  }
  return wrong;
}

std::optional<InputFault> unknown_scheme(const Place& place, std::string_view url,
                                         const std::vector<AdapterRow>& known) {
  const std::string scheme(url.substr(0, url.find("://")));
  if (scheme == url || scheme.find('$') != scheme.npos) return {};  // a reference may bring the scheme as well
  std::string schemes;
  for (const AdapterRow& row : known) {
    if (row.port != place.port) continue;
    if (row.scheme == scheme) return {};
    schemes += (schemes.empty() ? "" : ", ") + row.scheme + "://";
  }
  return InputFault{place.field + place.within, "one of " + schemes, codec::in_quotes(scheme + "://")};
}

std::vector<InputFault> unknown_schemes_in(const ServiceConfig& config) {
  const std::vector<AdapterRow> known = adapters();
  std::vector<InputFault> wrong;
  for (const Place& place : urls_in(config)) {
    std::istringstream urls(place.url);  // of executors there may be several
    for (std::string url; urls >> url;)
      if (auto fault = unknown_scheme(place, url, known)) wrong.push_back(*std::move(fault));
  }
  return wrong;
}

std::vector<InputFault> wrong_targets_in(const ServiceConfig& config) {
  std::vector<InputFault> wrong;
  for (std::size_t i = 0; i < config.targets.size(); ++i) {
    const std::string& target = config.targets[i];
    const bool has_secret = masked_url(target) != target;
    if (has_secret || !is_permitted_url(target, target))
      wrong.push_back({"targets[" + std::to_string(i) + "]",
                       has_secret ? "no credentials: a match's URL may have any" : "a URL, with * for anything",
                       codec::in_quotes(masked_url(target))});
  }
  return wrong;
}

// By the name of the variable where that is what counts.
std::vector<InputFault> lost_references_in(const ServiceConfig& config, const Variables& variables) {
  std::map<std::string_view, std::string> told;
  for (const ServiceField& field : service_fields()) {
    const auto given = variables.find(field.variable);
    told[field.name] = given == variables.end() || given->second.empty() ? std::string(field.name) : field.variable;
  }
  std::vector<InputFault> wrong;
  for (const auto& [port, field, within, url] : urls_in(config)) {
    auto lost = faults_of_references(told.at(field) + within, url);
    std::move(lost.begin(), lost.end(), std::back_inserter(wrong));
  }
  return wrong;
}

std::vector<InputFault> read_all(std::string_view json, const Variables& variables, ServiceConfig& config) {
  std::vector<InputFault> wrong;
  if (!json.empty()) {
    wrong = codec::read_service_file(json, config);
    auto secrets = secrets_in(config);
    std::move(secrets.begin(), secrets.end(), std::back_inserter(wrong));
  }
  auto more = codec::read_service_variables(variables, config);
  std::move(more.begin(), more.end(), std::back_inserter(wrong));
  auto targets = wrong_targets_in(config);
  std::move(targets.begin(), targets.end(), std::back_inserter(wrong));
  auto lost = lost_references_in(config, variables);
  std::move(lost.begin(), lost.end(), std::back_inserter(wrong));
  return wrong;
}

}  // namespace

std::vector<InputFault> check_service_config(std::string_view json, const Variables& variables) {
  ServiceConfig config;
  auto wrong = read_all(json, variables, config);
  auto unknown = unknown_schemes_in(config);
  std::move(unknown.begin(), unknown.end(), std::back_inserter(wrong));
  return wrong;
}

Result<ServiceConfig> parse_service_config(std::string_view json, const Variables& variables) {
  ServiceConfig config;
  const auto wrong = read_all(json, variables, config);
  if (!wrong.empty()) return codec::bad_input(wrong);
  return config;
}

}  // namespace matchrunner
