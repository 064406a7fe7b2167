// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/subjects.hpp"
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

// "2026-11-21T09:15:00.123456Z", as to_string(Time) writes it.
Time parse_time(const std::string& text) {
  std::tm parts{};
  std::istringstream stream(text.substr(0, 19));
  stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
  const auto seconds = std::chrono::system_clock::from_time_t(::timegm(&parts));
  return std::chrono::floor<std::chrono::microseconds>(seconds) +
         std::chrono::microseconds(std::stoi(text.substr(20, 6)));
}

Event parse_event(const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  Event event;
  event.sequence = json.at("sequence");
  event.at = parse_time(json.at("at"));
  event.kind = json.at("kind");
  event.subject = json.at("subject");
  event.epoch = json.at("epoch");
  event.type = json.at("type");
  event.body = json.at("body").dump();
  return event;
}

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
