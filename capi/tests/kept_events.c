// SPDX-License-Identifier: Apache-2.0
#include "kept_events.h"

#include <stdlib.h>

#include "callback_ends.h"

static mr_code publish(size_t* taken, void* self, const mr_event* const* events, size_t count,
                       const mr_context* context, mr_error** error) {
  kept_events* kept = self;
  mr_event** larger;
  mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  if (kept->refusals > 0) {
    --kept->refusals;
    return fail(error, MR_ERROR_UNAVAILABLE, "the peer is away");
  }
  if (kept->at_once != 0 && count > kept->at_once) count = kept->at_once;
  if (count == 0) return MR_OK;
  larger = realloc(kept->rows, (kept->count + count) * sizeof *larger);
  if (larger == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  kept->rows = larger;
  while (*taken < count) {
    code = mr_event_copy(&kept->rows[kept->count], events[*taken], error);
    if (code != MR_OK) return code;
    ++kept->count;
    ++*taken;
  }
  return MR_OK;
}

static void destroy(void* self) { ++((kept_events*)self)->destroyed; }

const mr_event_sink_vtable kept_events_vtable = {sizeof(mr_event_sink_vtable), 0, {0, 0, 0}, destroy, publish};

void kept_events_clear(kept_events* kept) {
  size_t i;
  for (i = 0; i < kept->count; ++i) mr_event_free(kept->rows[i]);
  free(kept->rows);
  kept->rows = NULL;
  kept->count = 0;
}
