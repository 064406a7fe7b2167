// SPDX-License-Identifier: Apache-2.0
// An event sink in C: the library hands it every event, at least once and in order, and it writes one line for each.
#include <inttypes.h>
#include <matchrunner.h>
#include <stdio.h>
#include <string.h>

static const char hello[] =
    "{\"game\": {\"name\": \"hello\", \"wiring\": \"none\", \"seats\": [{\"name\": \"greeter\", \"command\": \"sh\","
    " \"arguments\": [\"-c\", \"echo hello; echo '{\\\"scores\\\": {\\\"greeter\\\": 1}}' >$MATCHRUNNER_RESULT\"]}]}}";

typedef struct line_writer {
  FILE* file;
  uint64_t last_sequence;  // what came before a crash may come again: a real sink keeps this with its lines
} line_writer;

static mr_code publish(size_t* taken, void* self, const mr_event* const* events, size_t count,
                       const mr_context* context, mr_error** error) {
  line_writer* writer = self;
  (void)context;
  for (*taken = 0; *taken < count; ++*taken) {
    const mr_event* event = events[*taken];
    if (mr_event_sequence(event) <= writer->last_sequence) continue;
    if (fprintf(writer->file, "%" PRIu64 " %s %s\n", mr_event_sequence(event), mr_event_kind(event),
                mr_event_type(event)) < 0) {
      *error = mr_error_new(MR_ERROR_UNAVAILABLE, "the line could not be written");  // asked again after a while
      return MR_ERROR_UNAVAILABLE;
    }
    writer->last_sequence = mr_event_sequence(event);
  }
  return MR_OK;
}

int main(void) {
  line_writer writer = {stdout, 0};
  mr_event_sink_vtable vtable = MR_EVENT_SINK_VTABLE_INIT;
  mr_event_sink* sink = NULL;
  const mr_event_sink* sinks[1];
  const char* const names[] = {"lines"};
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_match *queued = NULL, *match = NULL;
  mr_error* error = NULL;
  mr_code code;

  vtable.publish = publish;
  code = mr_event_sink_new(&sink, &vtable, &writer, &error);
  sinks[0] = sink;
  options.store_url = options.artifacts_url = "memory://";
  options.executor_url = "sandbox://";
  options.sink_count = 1;
  options.sink_names = names;
  options.sinks = sinks;
  if (code == MR_OK) code = mr_runner_open(&runner, &options, &error);
  if (code == MR_OK) code = mr_runner_submit_match(&queued, runner, hello, strlen(hello), NULL, &error);
  if (code == MR_OK)
    code =
        mr_runner_wait_match(&match, runner, mr_match_id(queued), MR_WAIT_FOR_ARTIFACTS, MR_NO_TIMEOUT, NULL, &error);
  if (code == MR_OK) code = mr_runner_close(runner, 0, &error);  // every event reaches the sink before it returns
  if (code != MR_OK) fprintf(stderr, "%s\n", mr_error_message(error));
  mr_match_free(match);
  mr_match_free(queued);
  mr_runner_free(runner);
  mr_event_sink_free(sink);
  mr_error_free(error);
  return code == MR_OK ? 0 : 1;
}
