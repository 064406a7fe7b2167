// SPDX-License-Identifier: Apache-2.0
// The header by itself and twice, with every initializer: compiled as C99 and as C++, with every warning an error.
#include "matchrunner.h"

int main(void) {
  const mr_runner_options runner_options = MR_RUNNER_OPTIONS_INIT;
  const mr_limits limits = MR_LIMITS_INIT;
  const mr_match_filter match_filter = MR_MATCH_FILTER_INIT;
  const mr_event_filter event_filter = MR_EVENT_FILTER_INIT;
  const mr_artifact_writer_vtable writer = MR_ARTIFACT_WRITER_VTABLE_INIT;
  const mr_artifact_sink_vtable artifact_sink = MR_ARTIFACT_SINK_VTABLE_INIT;
  const mr_event_sink_vtable event_sink = MR_EVENT_SINK_VTABLE_INIT;
  const mr_command_source_vtable command_source = MR_COMMAND_SOURCE_VTABLE_INIT;
  const mr_game_server_vtable game_server = MR_GAME_SERVER_VTABLE_INIT;
  const mr_run_vtable run = MR_RUN_VTABLE_INIT;
  const mr_executor_vtable executor = MR_EXECUTOR_VTABLE_INIT;
  const mr_seat_report seat = MR_SEAT_REPORT_INIT;
  const mr_state_store_subject stores = MR_STATE_STORE_SUBJECT_INIT;
  const mr_artifact_sink_subject artifact_sinks = MR_ARTIFACT_SINK_SUBJECT_INIT;
  const mr_event_sink_subject event_sinks = MR_EVENT_SINK_SUBJECT_INIT;
  const mr_command_source_subject command_sources = MR_COMMAND_SOURCE_SUBJECT_INIT;
  const mr_game_server_subject game_servers = MR_GAME_SERVER_SUBJECT_INIT;
  const mr_executor_subject executors = MR_EXECUTOR_SUBJECT_INIT;
  return runner_options.struct_size == 0 || limits.struct_size == 0 || match_filter.struct_size == 0 ||
         event_filter.struct_size == 0 || writer.struct_size == 0 || artifact_sink.struct_size == 0 ||
         event_sink.struct_size == 0 || run.struct_size == 0 || executor.struct_size == 0 || seat.struct_size == 0 ||
         stores.struct_size == 0 || artifact_sinks.struct_size == 0 || event_sinks.struct_size == 0 ||
         command_source.struct_size == 0 || game_server.struct_size == 0 || command_sources.struct_size == 0 ||
         game_servers.struct_size == 0 || executors.struct_size == 0;
}
