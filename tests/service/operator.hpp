// SPDX-License-Identifier: Apache-2.0
// A service on memory adapters, of which a test holds the other end, and what it reads of the log.
#pragma once

#include <memory>
#include <string>

#include "catch.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/service.hpp"
#include "runtime/scripted.hpp"

namespace matchrunner::test {

// Opens its ports by schemes of its own, so that the test holds the other end.
struct Operator {
  TemporaryFolder folder;
  std::string scheme = "test" + std::to_string(count()++);
  std::shared_ptr<StateStore> store = make_memory_store();
  std::shared_ptr<MemoryCommandSource> commands = make_memory_commands();
  std::shared_ptr<MemoryEventSink> events = make_memory_events();

  Operator() {
    add_state_store({"", scheme, scheme + "://"}, [this](const std::string&) { return Result(store); }).value();
    add_command_source({"", scheme, scheme + "://"}, [this](const std::string&) {
      return Result<std::shared_ptr<CommandSource>>(commands);
    }).value();
    add_event_sink({"", scheme, scheme + "://"}, [this](const std::string&) {
      return Result<std::shared_ptr<EventSink>>(events);
    }).value();
  }

  ServiceConfig config() const {
    ServiceConfig config;
    config.store = scheme + "://";
    config.artifacts = "memory://";
    config.executor = "memory://";
    config.spool = folder.path();
    config.sources = {scheme + "://"};
    config.sinks = {{"audit", scheme + "://"}};
    config.slots = 2;
    config.http = "off";
    config.log_level = LogLevel::debug;
    return config;
  }

 private:
  static int& count() {
    static int so_far = 0;
    return so_far;
  }
};

// Reads the log until a line has these words; that line.
inline LogLine line_with(Service& service, const std::string& words) {
  while (true) {
    const auto line = service.next_log(patience()).value();
    REQUIRE(line);
    if (line->message.find(words) != std::string::npos) return *line;
  }
}

inline MatchRequest named(MatchRequest request, const std::string& id) {
  request.id = id;
  return request;
}

}  // namespace matchrunner::test
