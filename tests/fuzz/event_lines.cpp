// SPDX-License-Identifier: Apache-2.0
// What a program writes to MATCHRUNNER_EVENTS: the first byte says how large the pieces are in which it comes.
#include "domain/event_lines.hpp"

#include <vector>

#include "codec/json_text.hpp"
#include "codec/seat_output.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/json.hpp"

#include <nlohmann/json.hpp>

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

std::vector<std::string> lines_of(std::string_view stream, std::size_t piece) {
  EventLines lines;
  const EventLines::Clock::time_point start{std::chrono::seconds(1)};
  for (std::size_t at = 0; at < stream.size(); at += piece) lines.add(stream.substr(at, piece), start);
  lines.close();
  std::vector<std::string> taken;
  while (!lines.empty()) {
    const RunReport report = lines.take();
    taken.push_back(report.kind == RunReport::Kind::line ? report.text : std::to_string(report.dropped_lines));
  }
  return taken;
}

void show(const std::string& type, const std::string& body) {
  Event event;
  event.type = type;
  event.body = body;
  const std::string json = to_json(event);
  codec::Json read;
  require(json.find('\n') == json.npos, "what is shown is one line", json);
  require(codec::read_text(json, read, {.depth = 66}).empty(), "what is shown is JSON", json);
  require(codec::to_text(read["body"]) == codec::to_text(codec::embedded(body)), "the body is shown as it is", json);
}

void read_line(const std::string& line) {
  require(line.size() <= EventLines::longest_line, "no line is longer than allowed");
  require(line.find('\n') == line.npos, "a line is one line");
  show("line", line);
  const auto event = parse_event_line(line);
  if (!event) return require_error(event.error(), ErrorCode::invalid_argument);
  show(event->type, event->body);

  std::string written = R"({"type":")" + event->type + "\"";
  written += (event->body == "{}" ? "" : ",") + event->body.substr(1);
  if (written.size() > max_event_line_bytes) return;  // our way to write numbers can be longer than theirs
  const auto again = parse_event_line(written);
  require(again && again->type == event->type && again->body == event->body, "what was written is what is read",
          written);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream = text_of(data + 1, size - 1);
  const std::vector<std::string> lines = lines_of(stream, stream.size() + 1);
  require(lines_of(stream, data[0] + std::size_t{1}) == lines, "lines do not depend on how the bytes come");
  for (const std::string& line : lines) read_line(line);
  return 0;
}
