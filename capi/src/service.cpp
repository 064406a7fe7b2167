// SPDX-License-Identifier: Apache-2.0
// The service: its configuration, what it shows, its log.
#include "matchrunner/service.hpp"

#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"
#include "stop.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// From an array of "NAME=VALUE" that ends with NULL, as `environ` is.
Variables variables_of(const char* const* environment) {
  Variables variables;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view text = *environment;
    const auto equals = text.find('=');
    if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Result<ServiceConfig> config_of(const char* json, std::size_t length, const char* const* environment) {
  return parse_service_config(json == nullptr ? std::string_view() : std::string_view(json, length),
                              variables_of(environment));
}

}  // namespace

mr_code mr_service_open(mr_service** out, const char* config, size_t length, const char* const* environment,
                        mr_error** error) {
  return produce(out, error, {}, [&]() -> Result<std::unique_ptr<Service>> {
    const auto parsed = config_of(config, length, environment);
    if (!parsed) return parsed.error();
    return Service::open(*parsed);
  });
}

mr_runner* mr_service_runner(mr_service* service) {
  return service == nullptr ? nullptr : mr_runner::lend(mr_service::of(service).runner());
}

mr_code mr_service_http_address(mr_buffer** out, const mr_service* service, mr_error** error) {
  return produce(out, error, {{service, "service"}},
                 [&]() -> Result<std::string> { return mr_service::of(service).http_address(); });
}

mr_code mr_service_next_log(mr_buffer** out, mr_service* service, int64_t timeout_ms, const mr_stop* stop,
                            mr_error** error) {
  return produce(out, error, {{service, "service"}}, [&]() -> Result<std::optional<std::string>> {
    const auto line = mr_service::of(service).next_log(context_of(timeout_ms, stop));
    if (!line) return line.error();
    if (!*line) return std::optional<std::string>();
    return std::optional<std::string>(to_json(**line));
  });
}

mr_code mr_service_status_json(mr_buffer** out, const mr_service* service, mr_error** error) {
  return produce(out, error, {{service, "service"}},
                 [&]() -> Result<std::string> { return to_json(mr_service::of(service).status()); });
}

mr_code mr_service_metrics(mr_buffer** out, const mr_service* service, mr_error** error) {
  return produce(out, error, {{service, "service"}},
                 [&]() -> Result<std::string> { return mr_service::of(service).metrics(); });
}

mr_code mr_service_reload(mr_service* service, const char* config, size_t length, const char* const* environment,
                          mr_error** error) {
  return perform(error, {{service, "service"}}, [&]() -> Result<void> {
    const auto parsed = config_of(config, length, environment);
    if (!parsed) return parsed.error();
    const auto reloaded = mr_service::of(service).reload(*parsed);
    if (!reloaded) return reloaded.error();
    return {};
  });
}

mr_code mr_service_close(mr_service* service, int64_t grace_ms, mr_error** error) {
  return perform(error, {{service, "service"}}, [&] {
    return mr_service::of(service).close(grace_ms < 0 ? std::nullopt : std::optional(milliseconds(grace_ms)));
  });
}

void mr_service_free(mr_service* service) { mr_service::free(service); }
