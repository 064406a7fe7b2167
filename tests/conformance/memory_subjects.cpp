// SPDX-License-Identifier: Apache-2.0
#include "conformance/subjects.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

// What fresh ground is to memory: the object itself, kept for reopening.
template <class Memory>
struct Kept {
  std::shared_ptr<Memory> port;
};

template <class Port, class Memory>
conformance::Subject<Port> subject_of(std::shared_ptr<Kept<Memory>> kept,
                                      std::function<std::shared_ptr<Memory>()> make) {
  conformance::Subject<Port> subject;
  subject.open = [kept, make](bool fresh) -> Result<std::shared_ptr<Port>> {
    if (fresh) kept->port = make();
    return std::shared_ptr<Port>(kept->port);
  };
  return subject;
}

}  // namespace

conformance::Subject<StateStore> memory_store_subject() {
  return subject_of<StateStore, StateStore>(std::make_shared<Kept<StateStore>>(), [] { return make_memory_store(); });
}

conformance::Subject<ArtifactSink> memory_artifacts_subject() {
  return subject_of<ArtifactSink, ArtifactSink>(std::make_shared<Kept<ArtifactSink>>(), make_memory_artifacts);
}

conformance::Subject<EventSink> memory_events_subject() {
  const auto kept = std::make_shared<Kept<MemoryEventSink>>();
  auto subject = subject_of<EventSink, MemoryEventSink>(kept, make_memory_events);
  subject.received = [kept]() -> Result<std::vector<Event>> { return kept->port->received(); };
  return subject;
}

conformance::Subject<CommandSource> memory_commands_subject() {
  const auto kept = std::make_shared<Kept<MemoryCommandSource>>();
  auto subject = subject_of<CommandSource, MemoryCommandSource>(kept, make_memory_commands);
  subject.send = [kept](const std::string& body) -> Result<void> {
    Command command;
    command.body = body;
    kept->port->send(command);
    return {};
  };
  return subject;
}

conformance::Subject<GameServer> memory_game_server_subject() {
  return subject_of<GameServer, GameServer>(std::make_shared<Kept<GameServer>>(),
                                            [] { return make_memory_game_server({.seats = 4}); });
}

}  // namespace matchrunner
