// SPDX-License-Identifier: Apache-2.0
// Every opaque type of the C header and the C++ value that it is.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "handle.hpp"
#include "matchrunner.h"
#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/event.hpp"
#include "matchrunner/domain/game.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/match_plan.hpp"
#include "matchrunner/domain/transition.hpp"
#include "matchrunner/match_file.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/ports/game_server.hpp"
#include "matchrunner/runner.hpp"
#include "matchrunner/service.hpp"

namespace matchrunner::capi {

// An Error with its text made once, so that it can be borrowed.
struct ErrorText {
  Error error;
  std::string text;
};

// An InputFault likewise.
struct FaultText {
  InputFault fault;
  std::string text;
};

}  // namespace matchrunner::capi

struct mr_error : Handle<mr_error, matchrunner::capi::ErrorText> {};
struct mr_buffer : Handle<mr_buffer, std::string> {};
struct mr_stop : Handle<mr_stop, std::stop_source> {};
struct mr_context : Handle<mr_context, matchrunner::Context> {};

struct mr_runner : Handle<mr_runner, matchrunner::Runner> {};
struct mr_service : Handle<mr_service, matchrunner::Service> {};
struct mr_game : Handle<mr_game, matchrunner::Game> {};
struct mr_game_list : Handle<mr_game_list, std::vector<matchrunner::Game>> {};
struct mr_seat : Handle<mr_seat, matchrunner::Seat> {};
struct mr_match : Handle<mr_match, matchrunner::Match> {};
struct mr_match_list : Handle<mr_match_list, matchrunner::MatchPage> {};
struct mr_seat_outcome : Handle<mr_seat_outcome, matchrunner::SeatOutcome> {};
struct mr_artifact : Handle<mr_artifact, matchrunner::Artifact> {};
struct mr_event : Handle<mr_event, matchrunner::Event> {};
struct mr_event_stream : Handle<mr_event_stream, matchrunner::EventStream> {};
struct mr_event_list : Handle<mr_event_list, std::vector<matchrunner::Event>> {};
struct mr_pool : Handle<mr_pool, matchrunner::PoolStatus> {};
struct mr_pool_list : Handle<mr_pool_list, std::vector<matchrunner::PoolStatus>> {};
struct mr_outbox : Handle<mr_outbox, std::vector<matchrunner::OutboxStatus>> {};
struct mr_machine : Handle<mr_machine, matchrunner::MachineWords> {};
struct mr_input_fault_list : Handle<mr_input_fault_list, std::vector<matchrunner::capi::FaultText>> {};
struct mr_adapter_list : Handle<mr_adapter_list, std::vector<matchrunner::AdapterRow>> {};

struct mr_state_store : Handle<mr_state_store, std::shared_ptr<matchrunner::StateStore>> {};
struct mr_artifact_sink : Handle<mr_artifact_sink, std::shared_ptr<matchrunner::ArtifactSink>> {};
struct mr_event_sink : Handle<mr_event_sink, std::shared_ptr<matchrunner::EventSink>> {};
struct mr_executor : Handle<mr_executor, matchrunner::ExecutorFactory> {};

struct mr_command_source : Handle<mr_command_source, std::shared_ptr<matchrunner::CommandSource>> {};
struct mr_command : Handle<mr_command, std::optional<matchrunner::Command>> {};
struct mr_game_server : Handle<mr_game_server, std::shared_ptr<matchrunner::GameServer>> {};

struct mr_match_plan : Handle<mr_match_plan, matchrunner::MatchPlan> {};
struct mr_endpoint_list : Handle<mr_endpoint_list, std::vector<matchrunner::SeatEndpoint>> {};
struct mr_run_report : Handle<mr_run_report, std::optional<matchrunner::RunReport>> {};
