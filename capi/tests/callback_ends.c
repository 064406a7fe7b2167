// SPDX-License-Identifier: Apache-2.0
#include "callback_ends.h"

mr_code fail(mr_error** error, mr_code code, const char* message) {
  *error = mr_error_new(code, message);
  return code;
}

mr_code check_time(const mr_context* context, mr_error** error) {
  if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
  if (mr_context_remaining_ms(context) == 0) return fail(error, MR_ERROR_TIMEOUT, "too late");
  return MR_OK;
}
