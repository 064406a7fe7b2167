// SPDX-License-Identifier: Apache-2.0
// The conformance suites, run for C callers on the ports that their callbacks open.
#include "matchrunner/conformance.hpp"

#include "guard.hpp"
#include "sized_struct.hpp"
#include "spool_folders.hpp"
#include "take_port.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// Runs check by check, so that each is told as soon as it is known.
template <class Checks, class Port>
std::size_t run_checks(Checks checks, conformance::Subject<Port>& subject, mr_check_report report, void* report_self) {
  std::size_t failed = 0;
  for (std::size_t i = 0; i < checks.size(); ++i)
    for (const auto& result : conformance::run(checks.subspan(i, 1), subject)) {
      if (!result.failures.empty()) ++failed;
      if (report == nullptr) continue;
      std::vector<const char*> failures;
      for (const std::string& failure : result.failures) failures.push_back(failure.c_str());
      report(report_self, result.name.c_str(), result.applied ? 1 : 0, failures.data(), failures.size());
    }
  return failed;
}

// Opens through the C callback of a subject of any port.
template <class C, class Given>
Result<typename C::Value> open_by(const Given& given, bool fresh) {
  return take_port<C>(
      [&](C** out, mr_error** error) { return given.open(out, given.self, fresh ? mr_flag{1} : mr_flag{0}, error); });
}

// A whole entry point: reads the caller's struct, lets `prepare` complete the subject, and runs the table.
template <class Port, class Given, class Checks, class Prepare>
mr_code check_port(std::size_t* failed, const Given* given, const Given& defaults, Checks checks,
                   mr_check_report report, void* report_self, mr_error** error, Prepare prepare) {
  if (failed != nullptr) *failed = 0;
  return perform(error, {{failed, "failed"}, {given, "subject"}}, [&]() -> Result<void> {
    const auto read = read_struct(*given, defaults, "subject");
    if (!read) return read.error();
    if (auto set = check({{read->open, "subject.open"}}); !set) return set;
    conformance::Subject<Port> subject;
    if (Result<void> prepared = prepare(*read, subject); !prepared) return prepared;
    *failed = run_checks(checks, subject, report, report_self);
    return {};
  });
}

// For ports whose handle holds the port itself.
template <class C, class Port, class Given>
Result<void> open_handle(const Given& given, conformance::Subject<Port>& subject) {
  subject.open = [&given](bool fresh) { return open_by<C>(given, fresh); };
  return {};
}

Result<std::vector<Event>> received_by(const mr_event_sink_subject& given) {
  std::vector<Event> events;
  auto told =
      ask("received", [&](mr_error** error) { return given.received(mr_event_list::lend(events), given.self, error); });
  if (!told) return std::move(told).error();
  return events;
}

Result<std::shared_ptr<Executor>> executor_by(const mr_executor_subject& given, bool fresh) {
  auto factory = open_by<mr_executor>(given, fresh);
  if (!factory) return std::move(factory).error();
  return (*factory)();
}

}  // namespace

mr_code mr_check_state_store(size_t* failed, const mr_state_store_subject* subject, mr_check_report report,
                             void* report_self, mr_error** error) {
  return check_port<StateStore>(failed, subject, mr_state_store_subject MR_STATE_STORE_SUBJECT_INIT,
                                conformance::state_store_checks(), report, report_self, error,
                                open_handle<mr_state_store, StateStore, mr_state_store_subject>);
}

mr_code mr_check_artifact_sink(size_t* failed, const mr_artifact_sink_subject* subject, mr_check_report report,
                               void* report_self, mr_error** error) {
  return check_port<ArtifactSink>(failed, subject, mr_artifact_sink_subject MR_ARTIFACT_SINK_SUBJECT_INIT,
                                  conformance::artifact_sink_checks(), report, report_self, error,
                                  open_handle<mr_artifact_sink, ArtifactSink, mr_artifact_sink_subject>);
}

mr_code mr_check_event_sink(size_t* failed, const mr_event_sink_subject* subject, mr_check_report report,
                            void* report_self, mr_error** error) {
  return check_port<EventSink>(
      failed, subject, mr_event_sink_subject MR_EVENT_SINK_SUBJECT_INIT, conformance::event_sink_checks(), report,
      report_self, error, [](const mr_event_sink_subject& given, conformance::Subject<EventSink>& to) -> Result<void> {
        if (auto set = check({{given.received, "subject.received"}}); !set) return set;
        to.received = [&given] { return received_by(given); };
        return open_handle<mr_event_sink>(given, to);
      });
}

mr_code mr_event_list_add(mr_event_list* events, const mr_event* event, mr_error** error) {
  return perform(error, {{events, "events"}, {event, "event"}}, [&]() -> Result<void> {
    mr_event_list::of(events).push_back(mr_event::of(event));
    return {};
  });
}

mr_code mr_check_command_source(size_t* failed, const mr_command_source_subject* subject, mr_check_report report,
                                void* report_self, mr_error** error) {
  return check_port<CommandSource>(
      failed, subject, mr_command_source_subject MR_COMMAND_SOURCE_SUBJECT_INIT, conformance::command_source_checks(),
      report, report_self, error,
      [](const mr_command_source_subject& given, conformance::Subject<CommandSource>& to) -> Result<void> {
        if (auto set = check({{given.send, "subject.send"}}); !set) return set;
        to.send = [&given](const std::string& body) {
          return ask("send",
                     [&](mr_error** failure) { return given.send(given.self, body.data(), body.size(), failure); });
        };
        return open_handle<mr_command_source>(given, to);
      });
}

mr_code mr_check_game_server(size_t* failed, const mr_game_server_subject* subject, mr_check_report report,
                             void* report_self, mr_error** error) {
  return check_port<GameServer>(failed, subject, mr_game_server_subject MR_GAME_SERVER_SUBJECT_INIT,
                                conformance::game_server_checks(), report, report_self, error,
                                open_handle<mr_game_server, GameServer, mr_game_server_subject>);
}

mr_code mr_check_executor(size_t* failed, const mr_executor_subject* subject, mr_check_report report, void* report_self,
                          mr_error** error) {
  SpoolFolders folders;
  return check_port<Executor>(
      failed, subject, mr_executor_subject MR_EXECUTOR_SUBJECT_INIT, conformance::executor_checks(), report,
      report_self, error,
      [&folders](const mr_executor_subject& given, conformance::Subject<Executor>& to) -> Result<void> {
        if (given.seats != MR_SEATS_SHELL && given.seats != MR_SEATS_SCRIPTED)
          return Error{ErrorCode::invalid_argument,
                       "subject.seats: expected MR_SEATS_*, found " + std::to_string(given.seats)};
        to.open = [&given](bool fresh) { return executor_by(given, fresh); };
        to.spool_folder = [&folders] { return folders.make(); };
        to.seat = given.seats == MR_SEATS_SHELL ? conformance::shell_seat : conformance::scripted_seat;
        return {};
      });
}
