// SPDX-License-Identifier: Apache-2.0
// The adapters that need nothing beyond this library, as subjects of the conformance suites. Each subject owns the
// ground it stands on.
#pragma once

#include "matchrunner/conformance.hpp"

namespace matchrunner {

conformance::Subject<StateStore> memory_store_subject();
conformance::Subject<ArtifactSink> memory_artifacts_subject();
conformance::Subject<EventSink> memory_events_subject();
conformance::Subject<CommandSource> memory_commands_subject();
conformance::Subject<GameServer> memory_game_server_subject();

conformance::Subject<ArtifactSink> directory_subject();
conformance::Subject<EventSink> json_lines_subject();

}  // namespace matchrunner
