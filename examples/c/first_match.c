// SPDX-License-Identifier: Apache-2.0
// The first match: one sandboxed program rolls a die and leaves its score.
#include <matchrunner.h>
#include <stdio.h>
#include <string.h>

static const char dice[] =
    "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"command\": \"sh\","
    " \"arguments\": [\"-c\", \"echo '{\\\"scores\\\": {\\\"die\\\": '$(shuf -i 1-6 -n 1)'}}' "
    ">$MATCHRUNNER_RESULT\"]}]}}";

int main(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_match *queued = NULL, *match = NULL;
  mr_error* error = NULL;
  double score = 0;

  options.store_url = options.artifacts_url = "memory://";
  options.executor_url = "sandbox://";
  if (mr_runner_open(&runner, &options, &error) != MR_OK ||
      mr_runner_submit_match(&queued, runner, dice, strlen(dice), NULL, &error) != MR_OK ||
      mr_runner_wait_match(&match, runner, mr_match_id(queued), MR_WAIT_FOR_OUTCOME, MR_NO_TIMEOUT, NULL, &error) !=
          MR_OK)
    fprintf(stderr, "%s\n", mr_error_message(error));
  else if (mr_seat_outcome_score(&score, mr_match_seat(match, 0)))
    printf("%s, the die shows %g\n", mr_result_name(mr_match_result(match)), score);
  mr_match_free(match);
  mr_match_free(queued);
  mr_runner_free(runner);
  mr_error_free(error);
  return score > 0 ? 0 : 1;
}
