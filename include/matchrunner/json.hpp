// SPDX-License-Identifier: Apache-2.0
// JSON text of the library's values, the same wherever they are shown: command line, web, sinks, C API.
// Pure functions, safe from any thread.
#pragma once

#include <string>

#include "matchrunner/domain/diagnosis.hpp"
#include "matchrunner/domain/event.hpp"
#include "matchrunner/domain/game.hpp"
#include "matchrunner/domain/health.hpp"
#include "matchrunner/domain/image.hpp"
#include "matchrunner/domain/log_line.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/service_status.hpp"
#include "matchrunner/domain/waiting.hpp"

namespace matchrunner {

// Keys sorted, no spaces, defaults left out: equal values give equal bytes, and parse_* (match_file.hpp) reads them
// back.
std::string to_json(const MatchRequest& request);
std::string to_json(const Game& game);

// As `show --json` and the web layers give it: id, state, game, attempt, times, outcome{result, fault, reason,
// seats[{name, verdict, score, exit_code, signal, truncated, cpu_seconds, wall_seconds, peak_memory_bytes}]},
// artifacts[{name, uri, bytes, sha256}], ... (docs/json.md).
std::string to_json(const Match& match);

// {"sequence", "at", "kind", "subject", "epoch", "type", "body"}; one line.
std::string to_json(const Event& event);

// {"tier", "in_force", "refusal", "findings": [{"name", "found", "value", "cost", "remedy"}]}
std::string to_json(const Diagnosis& diagnosis);

// {"name", "id", "digest"}; one line.
std::string to_json(const Image& image);

// As `outbox list --json` gives them, every field, null where there is nothing; one line.
std::string to_json(const OutboxStatus& status);
std::string to_json(const WaitingArtifacts& waiting);

// {"name", "taking", "workers", "silent_seconds", "parts": [{"name", "done", "refused", "failures", "recoveries",
// "last_error", "failing_since"}]}; one line.
std::string to_json(const RunnerHealth& health);
std::string to_json(const PartHealth& part);

// {"at", "level", "message", "match"}; one line, without `match` where the line is about none.
std::string to_json(const LogLine& line);

// As /status of a service gives it (docs/service.md); one line.
std::string to_json(const ServiceStatus& status);

}  // namespace matchrunner
