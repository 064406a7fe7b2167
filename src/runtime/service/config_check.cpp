// SPDX-License-Identifier: Apache-2.0
// The configuration as a whole: its form, by the table of fields, and that no secret stands in its file.
#include <algorithm>
#include <iterator>

#include "codec/checker.hpp"
#include "codec/service_config.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/service_config.hpp"
#include "runtime/service/secret_references.hpp"

namespace matchrunner {
namespace {

void check_secrets(const std::string& path, const std::string& url, std::vector<InputFault>& wrong) {
  const std::string shown = without_references(url);
  if (masked_url(shown) != shown)
    wrong.push_back(
        {path, "no secret in the file, but ${NAME} of a variable or ${file:PATH} in its place", masked_url(shown)});
}

std::vector<InputFault> secrets_in(const ServiceConfig& config) {
  std::vector<InputFault> wrong;
  check_secrets("store", config.store, wrong);
  check_secrets("artifacts", config.artifacts, wrong);
  check_secrets("executor", config.executor, wrong);
  for (std::size_t i = 0; i < config.sources.size(); ++i)
    check_secrets("sources[" + std::to_string(i) + "]", config.sources[i], wrong);
  for (const auto& [name, url] : config.sinks) check_secrets("sinks." + name, url, wrong);
  for (const auto& [pattern, url] : config.streams) check_secrets("streams." + pattern, url, wrong);
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
  return wrong;
}

}  // namespace

std::vector<InputFault> check_service_config(std::string_view json, const Variables& variables) {
  ServiceConfig config;
  return read_all(json, variables, config);
}

Result<ServiceConfig> parse_service_config(std::string_view json, const Variables& variables) {
  ServiceConfig config;
  const auto wrong = read_all(json, variables, config);
  if (!wrong.empty()) return codec::bad_input(wrong);
  return config;
}

}  // namespace matchrunner
