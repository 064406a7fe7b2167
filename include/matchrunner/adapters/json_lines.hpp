// SPDX-License-Identifier: Apache-2.0
// EventSink into a file of JSON lines (jsonlines.org), one event a line, appended and synced before publish returns.
#pragma once

#include <memory>
#include <string>

#include "matchrunner/ports/event_sink.hpp"

namespace matchrunner {

struct JsonLinesOptions {
  std::string path;  // of the file; created when absent. Rotating it by rename is noticed
};

// `invalid_argument`: not absolute, or a folder; `permission_denied`: cannot be written.
Result<std::shared_ptr<EventSink>> make_json_lines_events(const JsonLinesOptions& options);

}  // namespace matchrunner
