// SPDX-License-Identifier: Apache-2.0
// Rows that C callers add to the table of adapters.
#include "callback.hpp"
#include "guard.hpp"
#include "take_port.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// `add` is the C++ function that takes the row; C the handle whose value the opener gives.
template <class C, class Opener, class Add>
mr_code add_row(const char* port, const char* scheme, const char* form, Opener open, void* self, mr_error** error,
                Add add) {
  return perform(error, {{scheme, "scheme"}, {form, "form"}, {open, "open"}}, [&] {
    return add(AdapterRow{port, scheme, form}, [open, self](const std::string& url) {
      return take_port<C>([&](C** out, mr_error** failure) { return open(out, self, url.c_str(), failure); });
    });
  });
}

}  // namespace

mr_code mr_add_artifact_sink(const char* scheme, const char* form, mr_artifact_sink_opener open, void* self,
                             mr_error** error) {
  return add_row<mr_artifact_sink>("artifact_sink", scheme, form, open, self, error, add_artifact_sink);
}

mr_code mr_add_event_sink(const char* scheme, const char* form, mr_event_sink_opener open, void* self,
                          mr_error** error) {
  return add_row<mr_event_sink>("event_sink", scheme, form, open, self, error, add_event_sink);
}

mr_code mr_add_command_source(const char* scheme, const char* form, mr_command_source_opener open, void* self,
                              mr_error** error) {
  return add_row<mr_command_source>("command_source", scheme, form, open, self, error, add_command_source);
}

mr_code mr_add_executor(const char* scheme, const char* form, mr_executor_opener open, void* self, mr_error** error) {
  return add_row<mr_executor>("executor", scheme, form, open, self, error, add_executor);
}
