// SPDX-License-Identifier: Apache-2.0
// Every suite against every embedded adapter; a failure names adapter and check.
#include "conformance/run_checks.hpp"
#include "conformance/subjects.hpp"

using namespace matchrunner;

TEST_CASE("state store: memory") { run_checks(conformance::state_store_checks(), memory_store_subject()); }
TEST_CASE("artifact sink: memory") { run_checks(conformance::artifact_sink_checks(), memory_artifacts_subject()); }
TEST_CASE("artifact sink: directory") { run_checks(conformance::artifact_sink_checks(), directory_subject()); }
TEST_CASE("event sink: memory") { run_checks(conformance::event_sink_checks(), memory_events_subject()); }
TEST_CASE("event sink: json_lines") { run_checks(conformance::event_sink_checks(), json_lines_subject()); }
TEST_CASE("command source: memory") { run_checks(conformance::command_source_checks(), memory_commands_subject()); }
TEST_CASE("game server: memory") { run_checks(conformance::game_server_checks(), memory_game_server_subject()); }
