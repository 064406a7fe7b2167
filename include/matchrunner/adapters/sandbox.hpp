// SPDX-License-Identifier: Apache-2.0
// Executor of local processes in a sandbox: one resident launcher for each executor, which starts, watches and ends the
// seats. docs/security.md says what holds a seat and what does not.
#pragma once

#include <memory>
#include <string>

#include "matchrunner/domain/diagnosis.hpp"
#include "matchrunner/domain/tier.hpp"
#include "matchrunner/ports/executor.hpp"

namespace matchrunner {

// Each runs matches in the strongest tier that works, and refuses hosts where that is too weak.
enum class IsolationPolicy : unsigned char {
  require,     // at least full as root, and user as any other user
  prefer,      // at least restricted
  allow_none,  // any: for trusted code only
};

struct SandboxOptions {
  IsolationPolicy policy = IsolationPolicy::prefer;
  Tier tier = Tier::full;  // no stronger one is tried: to see how a match does on other hosts
  // Path of matchrunner-launcher; empty: MATCHRUNNER_LAUNCHER, beside the library, or as installed.
  std::string launcher;
};

// `unsupported`: less than the policy asks for; the message names what is missing and the option that permits less.
// `not_found`: no launcher.
Result<std::shared_ptr<Executor>> make_sandbox_executor(const SandboxOptions& options);

// Looks at this host once. Only what keeps it from looking is an error; that it is too weak stands in the value.
Result<Diagnosis> diagnose_sandbox(const SandboxOptions& options);

}  // namespace matchrunner
