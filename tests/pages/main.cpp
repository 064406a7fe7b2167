// SPDX-License-Identifier: Apache-2.0
// matchrunner-pages [--check] FOLDER: writes the generated pages of the project in FOLDER, or tells which are not as
// generated (exit code 1).
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "codec/event_types.hpp"
#include "codec/record_table.hpp"
#include "codec/service_config_table.hpp"
#include "matchrunner/match_file.hpp"
#include "matchrunner/states.hpp"
#include "pages/dictionary.hpp"
#include "pages/errors_page.hpp"
#include "pages/fields_table.hpp"
#include "pages/page.hpp"
#include "runtime/service/metrics_text.hpp"

namespace {

using namespace matchrunner;
using namespace matchrunner::pages;

template <class T>
std::string fields() {
  return fields_table(codec::Outline<T>::object);
}

std::string json_dictionary() {
  const codec::Object* const objects[] = {&codec::Outline<MatchRequest>::object, &codec::Outline<Match>::object};
  return dictionary(objects);
}

std::string event_types() {
  std::string table = "| kind | type | body | when |\n| --- | --- | --- | --- |\n";
  for (const codec::EventType& row : codec::event_types) {
    table.append("| ").append(row.kind).append(" | `").append(row.type).append("` | ");
    table.append(row.body).append(row.body.empty() ? "| " : " | ").append(row.when).append(" |\n");
  }
  return table;
}

std::string metrics() {
  std::string table = "| metric | kind | labels | what it is |\n| --- | --- | --- | --- |\n";
  for (const MetricFamily& family : metric_families()) {
    table.append("| `").append(family.name).append("` | ").append(name_of(metric_kinds, family.kind)).append(" | ");
    table.append(family.labels).append(family.labels.empty() ? "| " : " | ").append(family.help).append(" |\n");
  }
  return table;
}

const Page all_pages[] = {
    {"docs/states.md", "", states_page},
    {"docs/errors.md", "", errors_page},
    {"schema/match.schema.json", "", match_file_schema},
    {"docs/match-file.md", "match", fields<MatchRequest>},
    {"docs/match-file.md", "game", fields<Game>},
    {"docs/match-file.md", "seat", fields<Seat>},
    {"docs/match-file.md", "file", fields<SeatFile>},
    {"docs/match-file.md", "ready", fields<Readiness>},
    {"docs/match-file.md", "limits", fields<Limits>},
    {"docs/events.md", "types", event_types},
    {"docs/service.md", "fields", fields<ServiceConfig>},
    {"docs/service.md", "metrics", metrics},
    {"docs/json.md", "outcome", fields<Outcome>},
    {"docs/json.md", "seat_outcome", fields<SeatOutcome>},
    {"docs/json.md", "artifact", fields<Artifact>},
    {"docs/json.md", "endpoint", fields<SeatEndpoint>},
    {"docs/json.md", "isolation", fields<Isolation>},
    {"tests/fuzz/json.dict", "", json_dictionary},
};

int run(const std::string& folder, bool only_check) {
  int differing = 0;
  for (const Page& page : all_pages) {
    const std::string path = folder + "/" + std::string(page.path);
    const std::string old_text = read_file(path);
    const std::string new_text = with_printed(old_text, page);
    if (new_text == old_text) continue;
    ++differing;
    if (!only_check) write_file(path, new_text);
    std::printf("%s: %s\n", path.c_str(), only_check ? "not as generated; matchrunner-pages writes it" : "written");
  }
  return only_check && differing > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool only_check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !only_check) {
    std::fputs("usage: matchrunner-pages [--check] FOLDER\n", stderr);
    return 2;
  }
  try {
    return run(argv[argc - 1], only_check);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "matchrunner-pages: %s\n", error.what());
    return 1;
  }
}
