// SPDX-License-Identifier: Apache-2.0
// Ports by URL, and the table of adapters.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"
#include "stop.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

mr_code mr_state_store_open(mr_state_store** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&] { return open_state_store(url); });
}

void mr_state_store_free(mr_state_store* store) { mr_state_store::free(store); }

mr_code mr_artifact_sink_open(mr_artifact_sink** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&] { return open_artifact_sink(url); });
}

void mr_artifact_sink_free(mr_artifact_sink* sink) { mr_artifact_sink::free(sink); }

mr_code mr_artifact_sink_link(mr_buffer** out, mr_artifact_sink* sink, const char* uri, int64_t valid_for_ms,
                              int64_t timeout_ms, const mr_stop* stop, mr_error** error) {
  return produce(out, error, {{sink, "sink"}, {uri, "uri"}}, [&]() -> Result<std::string> {
    if (valid_for_ms <= 0)
      return Error{ErrorCode::invalid_argument,
                   "valid_for_ms: expected more than 0, found " + std::to_string(valid_for_ms)};
    return mr_artifact_sink::of(sink)->link(uri, milliseconds(valid_for_ms), context_of(timeout_ms, stop));
  });
}

mr_code mr_event_sink_open(mr_event_sink** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&] { return open_event_sink(url); });
}

void mr_event_sink_free(mr_event_sink* sink) { mr_event_sink::free(sink); }

mr_code mr_executor_open(mr_executor** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&] { return open_executor(url); });
}

void mr_executor_free(mr_executor* executor) { mr_executor::free(executor); }

mr_code mr_command_source_open(mr_command_source** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&] { return open_command_source(url); });
}

void mr_command_source_free(mr_command_source* source) { mr_command_source::free(source); }

mr_code mr_diagnose(mr_buffer** out, const char* executor_url, mr_error** error) {
  return produce(out, error, {{executor_url, "executor_url"}}, [&]() -> Result<std::string> {
    const auto diagnosis = diagnose(executor_url);
    if (!diagnosis) return diagnosis.error();
    return to_json(*diagnosis);
  });
}

mr_code mr_masked_url(mr_buffer** out, const char* url, mr_error** error) {
  return produce(out, error, {{url, "url"}}, [&]() -> Result<std::string> { return masked_url(url); });
}

mr_code mr_adapters(mr_adapter_list** out, mr_error** error) {
  return produce(out, error, {}, []() -> Result<std::vector<AdapterRow>> { return adapters(); });
}

size_t mr_adapter_list_count(const mr_adapter_list* list) { return number_of(list, &std::vector<AdapterRow>::size); }

const char* mr_adapter_list_port(const mr_adapter_list* list, size_t index) {
  return row_text(list, index, &AdapterRow::port);
}

const char* mr_adapter_list_scheme(const mr_adapter_list* list, size_t index) {
  return row_text(list, index, &AdapterRow::scheme);
}

const char* mr_adapter_list_form(const mr_adapter_list* list, size_t index) {
  return row_text(list, index, &AdapterRow::form);
}

void mr_adapter_list_free(mr_adapter_list* list) { mr_adapter_list::free(list); }
