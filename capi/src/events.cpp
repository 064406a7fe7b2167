// SPDX-License-Identifier: Apache-2.0
// Events, pulled, and the bytes of logs.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"
#include "stop.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

Result<EventFilter> filter_of(const mr_event_filter* given) {
  EventFilter filter;
  if (given == nullptr) return filter;
  const auto read = read_struct(*given, mr_event_filter MR_EVENT_FILTER_INIT, "filter");
  if (!read) return read.error();
  filter.match = text_or_empty(read->match);
  filter.after = read->after;
  filter.from_now = read->from_now != 0;
  return filter;
}

}  // namespace

mr_code mr_runner_events(mr_event_stream** out, mr_runner* runner, const mr_event_filter* filter, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&]() -> Result<std::unique_ptr<EventStream>> {
    const auto read = filter_of(filter);
    if (!read) return read.error();
    return mr_runner::of(runner).events(*read);
  });
}

mr_code mr_event_stream_next(mr_event** out, mr_event_stream* stream, int64_t timeout_ms, const mr_stop* stop,
                             mr_error** error) {
  return produce(out, error, {{stream, "stream"}},
                 [&] { return mr_event_stream::of(stream).next(context_of(timeout_ms, stop)); });
}

int32_t mr_event_stream_fileno(const mr_event_stream* stream) {
  return stream == nullptr ? -1 : mr_event_stream::of(stream).fileno();
}

void mr_event_stream_free(mr_event_stream* stream) { mr_event_stream::free(stream); }

uint64_t mr_event_sequence(const mr_event* event) { return number_of(event, &Event::sequence); }

int64_t mr_event_at(const mr_event* event) {
  return number_of(event, [](const Event& value) { return std::int64_t{value.at.time_since_epoch().count()}; });
}

const char* mr_event_kind(const mr_event* event) { return text_of(event, &Event::kind); }

const char* mr_event_subject(const mr_event* event) { return text_of(event, &Event::subject); }

uint64_t mr_event_epoch(const mr_event* event) { return number_of(event, &Event::epoch); }

const char* mr_event_type(const mr_event* event) { return text_of(event, &Event::type); }

const char* mr_event_body(const mr_event* event) { return text_of(event, &Event::body); }

mr_code mr_event_json(mr_buffer** out, const mr_event* event, mr_error** error) {
  return produce(out, error, {{event, "event"}}, [&]() -> Result<std::string> { return to_json(mr_event::of(event)); });
}

mr_code mr_event_copy(mr_event** out, const mr_event* event, mr_error** error) {
  return produce(out, error, {{event, "event"}}, [&]() -> Result<Event> { return mr_event::of(event); });
}

void mr_event_free(mr_event* event) { mr_event::free(event); }

mr_code mr_runner_read_log(mr_buffer** out, uint64_t* next_offset, mr_flag* finished, int64_t* claimed_at,
                           mr_runner* runner, const char* id, const char* name, uint64_t offset, size_t size,
                           mr_error** error) {
  if (claimed_at != nullptr) *claimed_at = 0;
  if (next_offset != nullptr) *next_offset = 0;
  if (finished != nullptr) *finished = 0;
  return produce(out, error,
                 {{next_offset, "next_offset"}, {finished, "finished"}, {runner, "runner"}, {id, "id"}, {name, "name"}},
                 [&]() -> Result<std::string> {
                   auto chunk = mr_runner::of(runner).read_log(id, name, offset, size);
                   if (!chunk) return std::move(chunk).error();
                   *next_offset = chunk->next_offset;
                   *finished = chunk->finished ? 1 : 0;
                   if (claimed_at != nullptr && chunk->claimed_at)
                     *claimed_at = chunk->claimed_at->time_since_epoch().count();
                   return std::move(chunk->bytes);
                 });
}

mr_code mr_runner_link_artifact(mr_buffer** out, mr_runner* runner, const char* id, const char* name,
                                int64_t valid_for_ms, mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {id, "id"}, {name, "name"}}, [&]() -> Result<std::string> {
    return mr_runner::of(runner).link_artifact(id, name, milliseconds(valid_for_ms));
  });
}
