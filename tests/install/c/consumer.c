/* SPDX-License-Identifier: Apache-2.0
 * Uses the installed library from C: a runner that only submits, and one of its errors. */
#include <matchrunner.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static const char match[] =
      "{\"game\": {\"name\": \"hello\", \"wiring\": \"none\", \"seats\": [{\"name\": \"hello\"}]},"
      " \"seats\": [{\"name\": \"hello\", \"command\": \"/bin/true\"}]}";
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_match* submitted = NULL;
  mr_error* error = NULL;
  int queued = 0, refused = 0;

  options.store_url = "memory://";
  options.workers = 0;
  if (mr_runner_open(&runner, &options, &error) == MR_OK &&
      mr_runner_submit_match(&submitted, runner, match, strlen(match), NULL, &error) == MR_OK)
    queued = mr_match_state(submitted) == MR_MATCH_QUEUED;
  else
    fprintf(stderr, "%s\n", mr_error_message(error));
  mr_match_free(submitted);
  if (queued) refused = mr_runner_get_match(&submitted, runner, "no-such-match", NULL) == MR_ERROR_NOT_FOUND;
  mr_runner_free(runner);
  mr_error_free(error);
  printf("matchrunner_c %s: queued %d, refused %d\n", mr_version(), queued, refused);
  return queued && refused ? 0 : 1;
}
