// SPDX-License-Identifier: Apache-2.0
// CommandSource: where commands come in from outside. A command is accepted once it is stored, never held for a match.
// Used by one thread at a time. Every call may block up to its context's deadline.
#pragma once

#include <optional>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/command.hpp"

namespace matchrunner {

struct CommandSourceCapabilities {
  bool redelivers = false;  // what was neither accepted nor rejected comes again after a crash
};

class CommandSource {
 public:
  virtual ~CommandSource() = default;

  virtual CommandSourceCapabilities capabilities() const = 0;

  // The next command, or nothing when the context's deadline passed without one.
  virtual Result<std::optional<Command>> poll(const Context& context) = 0;

  // It is stored: never deliver it again.
  virtual Result<void> accept(const Command& command, const Context& context) = 0;

  // It cannot be meant (`reason`, one line): never deliver it again, keep it where the peer keeps dead letters.
  virtual Result<void> reject(const Command& command, const std::string& reason, const Context& context) = 0;
};

}  // namespace matchrunner
