// SPDX-License-Identifier: Apache-2.0
#include "domain/event_lines.hpp"

#include "catch.hpp"

using namespace matchrunner;

namespace {

const EventLines::Clock::time_point epoch = EventLines::Clock::now();

std::vector<std::string> all(EventLines& lines) {
  std::vector<std::string> taken;
  while (!lines.empty()) {
    const RunReport report = lines.take();
    const bool dropped = report.kind == RunReport::Kind::dropped;
    CHECK((dropped || report.kind == RunReport::Kind::line));
    taken.push_back(dropped ? "dropped " + std::to_string(report.dropped_lines) : report.text);
  }
  return taken;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come whole, however the bytes come") {
  const std::string stream = "one\n\ntwo\nthree";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    EventLines lines;
    for (std::size_t at = 0; at < stream.size(); at += piece) lines.add(stream.substr(at, piece), epoch);
    CHECK(all(lines) == Lines{"one", "two"});
    lines.close();
    CHECK(all(lines) == Lines{"three"});
  }
}

TEST_CASE("a line that is too long is dropped, the next one is not") {
  for (const std::size_t piece : {1000U, 100000U}) {
    EventLines lines;
    const std::string stream =
        std::string(EventLines::longest_line, 'a') + "\n" + std::string(EventLines::longest_line + 1, 'b') + "\nc\n";
    for (std::size_t at = 0; at < stream.size(); at += piece) lines.add(stream.substr(at, piece), epoch);
    CHECK(all(lines) == Lines{std::string(EventLines::longest_line, 'a'), "dropped 1", "c"});
  }
  EventLines lines;
  lines.add(std::string(100000, 'x'), epoch);
  lines.close();
  CHECK(all(lines) == Lines{"dropped 1"});
}

TEST_CASE("a burst passes, then the rate holds, and the dropped are told of") {
  EventLines lines;
  std::string flood;
  for (int i = 0; i < 3000; ++i) flood += "x\n";
  lines.add(flood, epoch);
  CHECK(all(lines).size() == static_cast<std::size_t>(EventLines::burst));
  lines.add("y\n", epoch + std::chrono::milliseconds(100));  // twenty more may pass by now
  CHECK(all(lines) == Lines{"dropped 2000", "y"});
  lines.add(flood, epoch + std::chrono::milliseconds(100));
  CHECK(all(lines).size() == 19);
  lines.add(flood, epoch + std::chrono::hours(1));
  CHECK(all(lines).size() == static_cast<std::size_t>(EventLines::burst) + 1);
  lines.close();
  CHECK(all(lines) == Lines{"dropped 2000"});
}

TEST_CASE("of a stream that nobody looked at, what was within the limits passes, and no more") {
  constexpr int seconds = 30;
  constexpr int passed = 500;
  const int within = static_cast<int>(EventLines::burst + seconds * EventLines::lines_per_second) - passed;
  EventLines lines;
  lines.go_on(passed, std::chrono::seconds(seconds));
  for (int i = 0; i < within + 7; ++i) lines.add("line\n", epoch);
  lines.close();
  const Lines told = all(lines);
  CHECK(told.size() == static_cast<std::size_t>(within) + 1);
  CHECK(told.back() == "dropped 7");
}
