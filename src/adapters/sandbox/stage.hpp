// SPDX-License-Identifier: Apache-2.0
// Lays out a run's spool folder and brings in the files of its seats, owned by the users that the seats will have.
#pragma once

#include <sys/types.h>

#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

struct StageFor {
  uid_t first_uid = 0;   // seat i gets first_uid + i; 0: the caller's own
  bool on_host = false;  // seats have no root of their own: they go by the host's paths, and need another /tmp

  bool operator==(const StageFor&) const = default;
};

// `permission_denied`: seats with users of their own could not enter the spool folder.
Result<void> stage(const MatchPlan& plan, const StageFor& seats, const Context& context);

}  // namespace matchrunner::sandbox
