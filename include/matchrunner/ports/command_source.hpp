// SPDX-License-Identifier: Apache-2.0
// CommandSource: where commands come in from outside. A command is accepted once it is stored, never held for a match.
// Used by one thread at a time. Every call may block up to its context's deadline.
#pragma once

#include <optional>
#include <string>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/command.hpp"

namespace matchrunner {

struct CommandSourceCapabilities {
  bool redelivers = false;  // what was neither accepted nor rejected comes again after a crash
  bool defers = false;      // it has defer() and resume()
  bool passes_on = false;   // it has pass_on()
  std::string origin = {};  // where its commands come from, by whoever opens it; empty: it has no give_back()
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

  // There is no room for the match that it asks for: keep it, for whoever has. None that is kept is delivered here
  // before resume(), everything else is. `unsupported` unless the source `defers`.
  virtual Result<void> defer(const Command& command, const Context& context);

  // There is room again. Does not block.
  virtual void resume() {}

  // It is about a match that is not known here: give it to everybody on this source, `for_all`. `unsupported` unless
  // the source `passes_on`.
  virtual Result<void> pass_on(const Command& command, const Context& context);

  // A command of this runner, for another one: it comes to whoever polls, behind what waits already. Returns once it
  // is safe there. `delivery` is not looked at. Not to be polled any more after this. `unsupported` without an
  // `origin`.
  virtual Result<void> give_back(const Command& command, const Context& context);
};

inline Result<void> CommandSource::defer(const Command&, const Context&) {
  return Error{ErrorCode::unsupported, "this source keeps no commands for later"};
}
inline Result<void> CommandSource::pass_on(const Command&, const Context&) {
  return Error{ErrorCode::unsupported, "this source reaches no other runner"};
}
inline Result<void> CommandSource::give_back(const Command&, const Context&) {
  return Error{ErrorCode::unsupported, "this source takes nothing back"};
}

}  // namespace matchrunner
