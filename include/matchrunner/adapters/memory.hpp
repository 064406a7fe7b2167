// SPDX-License-Identifier: Apache-2.0
// The memory adapters: the reference for every port, and what tests and simulations run on. Nothing survives the
// process. Each object keeps the thread rule of its port; the store may be used from any thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "matchrunner/ports/artifact_sink.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "matchrunner/ports/event_sink.hpp"
#include "matchrunner/ports/executor.hpp"
#include "matchrunner/ports/game_server.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// The store's two clocks; empty: the system's. Tests set them by hand.
struct MemoryStoreOptions {
  std::function<BootClock::time_point()> lease_clock = nullptr;
  std::function<Time()> wall_clock = nullptr;
};
std::shared_ptr<StateStore> make_memory_store(MemoryStoreOptions options = {});

std::shared_ptr<ArtifactSink> make_memory_artifacts();

// Keeps what it was given; received() may be called from any thread.
class MemoryEventSink : public EventSink {
 public:
  virtual std::vector<Event> received() const = 0;
};
std::shared_ptr<MemoryEventSink> make_memory_events();

// send() may be called from any thread, and wakes poll().
class MemoryCommandSource : public CommandSource {
 public:
  virtual void send(Command command) = 0;
  virtual std::vector<std::string> rejected() const = 0;  // "body: reason"
};
std::shared_ptr<MemoryCommandSource> make_memory_commands();

struct MemoryGameServerOptions {
  std::size_t seats = 2;  // of each lobby, the creator's included
};
std::shared_ptr<GameServer> make_memory_game_server(MemoryGameServerOptions options = {});

// Runs no process: each seat is by `custom`, and its arguments are a script of what it does, one step each, "verb
// text":
//   print TEXT, print_error TEXT   a line to stdout or stderr
//   event JSON, result JSON        a line of MATCHRUNNER_EVENTS, the result file
//   output NAME=CONTENT            a file in MATCHRUNNER_OUTPUT
//   hang                           goes no further until the match ends
//   exit CODE, crash SIGNAL        ends; without either it exits with 0
// Scripts run when the match starts, the players' first.
std::shared_ptr<Executor> make_memory_executor();

}  // namespace matchrunner
