// SPDX-License-Identifier: Apache-2.0
// A forked child: every call on the parent's runner says so, freeing it does no harm, and the parent goes on.
#include <sys/wait.h>
#include <unistd.h>

#include "runners.h"

// How many things went wrong in the child.
static int in_child(mr_runner* runner, mr_event_stream* stream, const char* id) {
  mr_match* match = NULL;
  mr_event* event = NULL;
  mr_game_list* games = NULL;
  mr_error* error = NULL;
  int wrong = 0;
  wrong += mr_runner_list_games(&games, runner, NULL) != MR_ERROR_FORKED;
  wrong += mr_runner_wait_match(&match, runner, id, MR_WAIT_FOR_OUTCOME, MR_NO_TIMEOUT, NULL, NULL) != MR_ERROR_FORKED;
  wrong += mr_event_stream_next(&event, stream, MR_NO_TIMEOUT, NULL, NULL) != MR_ERROR_FORKED;
  wrong += mr_runner_submit_match(&match, runner, scored_match, strlen(scored_match), NULL, &error) != MR_ERROR_FORKED;
  wrong += strstr(mr_error_message(error), "fork") == NULL;
  wrong += mr_runner_close(runner, 0, NULL) != MR_ERROR_FORKED;
  mr_error_free(error);
  mr_event_stream_free(stream);
  mr_runner_free(runner);
  return wrong;
}

int main(void) {
  mr_runner* runner = open_memory_runner();
  mr_event_stream* stream = NULL;
  mr_error* error = NULL;
  mr_match* queued = submit(runner, scored_match);
  mr_match* match;
  int status = -1;
  pid_t child;
  CHECK_OK(mr_runner_events(&stream, runner, NULL, &error), error);
  fflush(NULL);
  child = fork();
  if (child == 0) _exit(in_child(runner, stream, mr_match_id(queued)));
  CHECK(child > 0);
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);

  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  mr_match_free(match);
  mr_match_free(queued);
  mr_event_stream_free(stream);
  mr_runner_free(runner);
  return check_result();
}
