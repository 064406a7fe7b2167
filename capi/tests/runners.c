// SPDX-License-Identifier: Apache-2.0
#include "runners.h"

#include <stdlib.h>

const char scored_match[] =
    "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"custom\": {},"
    " \"arguments\": [\"print rolling\", \"event {\\\"type\\\": \\\"progress\\\", \\\"eyes\\\": 4}\","
    " \"output roll.txt=four\", \"result {\\\"scores\\\": {\\\"die\\\": 4}, \\\"reason\\\": \\\"rolled\\\"}\"]}]}}";

const char endless_match[] =
    "{\"game\": {\"name\": \"wait\", \"wiring\": \"none\", \"seats\": [{\"name\": \"waiter\", \"custom\": {},"
    " \"arguments\": [\"print here\", \"hang\"]}]}, \"priority\": -1}";

mr_runner* open_runner(mr_runner_options options) {
  mr_runner* runner = NULL;
  mr_error* error = NULL;
  if (options.store_url == NULL && options.store == NULL) options.store_url = "memory://";
  if (options.artifacts_url == NULL && options.artifacts == NULL) options.artifacts_url = "memory://";
  if (options.executor_url == NULL && options.executor == NULL) options.executor_url = "memory://";
  if (!CHECK_OK(mr_runner_open(&runner, &options, &error), error)) exit(1);
  return runner;
}

mr_runner* open_memory_runner(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  options.slots = 1;
  return open_runner(options);
}

mr_match* submit(mr_runner* runner, const char* json) {
  mr_match* match = NULL;
  mr_error* error = NULL;
  if (!CHECK_OK(mr_runner_submit_match(&match, runner, json, strlen(json), NULL, &error), error)) exit(1);
  return match;
}

mr_match* wait_for(mr_runner* runner, const char* id) {
  mr_match* match = NULL;
  mr_error* error = NULL;
  if (!CHECK_OK(mr_runner_wait_match(&match, runner, id, MR_WAIT_FOR_ARTIFACTS, 60000, NULL, &error), error)) exit(1);
  return match;
}
