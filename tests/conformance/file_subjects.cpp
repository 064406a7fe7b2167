// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "conformance/subjects.hpp"
#include "event_line.hpp"
#include "matchrunner/adapters/directory.hpp"
#include "matchrunner/adapters/json_lines.hpp"
#include "temporary_folder.hpp"

namespace matchrunner {
namespace {

// Fresh ground is a path in a folder that nothing has used yet.
struct Ground {
  TemporaryFolder folder;
  int number = 0;

  std::string path(bool fresh) {
    if (fresh) ++number;
    return folder / std::to_string(number);
  }
};

}  // namespace

conformance::Subject<ArtifactSink> directory_subject() {
  conformance::Subject<ArtifactSink> subject;
  subject.open = [ground = std::make_shared<Ground>()](bool fresh) {
    return make_directory_artifacts({ground->path(fresh)});
  };
  return subject;
}

conformance::Subject<EventSink> json_lines_subject() {
  const auto ground = std::make_shared<Ground>();
  conformance::Subject<EventSink> subject;
  subject.open = [ground](bool fresh) { return make_json_lines_events({ground->path(fresh)}); };
  subject.received = [ground]() -> Result<std::vector<Event>> {
    std::vector<Event> events;
    std::ifstream file(ground->path(false));
    for (std::string line; std::getline(file, line);) events.push_back(parse_event(line));
    return events;
  };
  return subject;
}

}  // namespace matchrunner
