// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "base/unique_fd.hpp"
#include "catch.hpp"
#include "file_bytes.hpp"
#include "matchrunner/adapters/json_lines.hpp"
#include "matchrunner/json.hpp"
#include "small_disk.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

std::vector<Event> events(std::uint64_t first, std::uint64_t count, std::size_t body_size = 0) {
  std::vector<Event> made;
  for (std::uint64_t i = 0; i < count; ++i) {
    Event event;
    event.sequence = first + i;
    event.kind = "match";
    event.subject = "m1";
    event.type = "progress";
    event.body = "{\"text\":\"" + std::string(body_size, 'x') + "\"}";
    made.push_back(event);
  }
  return made;
}

std::string lines_of(const std::vector<Event>& events) {
  std::string lines;
  for (const Event& event : events) lines += to_json(event) + "\n";
  return lines;
}

std::shared_ptr<EventSink> open_lines(const std::string& path) {
  auto sink = make_json_lines_events({path});
  INFO((sink ? "" : sink.error().describe()));
  REQUIRE(sink);
  return *std::move(sink);
}

void publish(EventSink& sink, const std::vector<Event>& events) {
  const auto taken = sink.publish(events, {});
  REQUIRE(taken);
  CHECK(*taken == events.size());
}

}  // namespace

TEST_CASE("a line is one event in the library's JSON") {
  const TemporaryFolder folder;
  const auto sink = open_lines(folder / "events.jsonl");
  publish(*sink, events(1, 3));
  CHECK(read_bytes(folder / "events.jsonl") == lines_of(events(1, 3)));
}

TEST_CASE("a torn last line is cut off") {
  const std::string whole = lines_of(events(1, 2));
  for (const std::string& torn : {std::string("{\"at\":"), std::string(200000, 'x')}) {
    const TemporaryFolder folder;
    const auto path = folder / "events.jsonl";
    write_bytes(path, whole + torn);
    const auto sink = open_lines(path);
    CHECK(read_bytes(path) == whole);
    // Also when another process tears one later.
    write_bytes(path, whole + torn);
    publish(*sink, events(3, 1));
    CHECK(read_bytes(path) == lines_of(events(1, 3)));
  }
  const TemporaryFolder folder;
  write_bytes(folder / "events.jsonl", "no line at all");
  publish(*open_lines(folder / "events.jsonl"), events(1, 1));
  CHECK(read_bytes(folder / "events.jsonl") == lines_of(events(1, 1)));
}

TEST_CASE("a file that is rotated by rename is followed by a new one") {
  const TemporaryFolder folder;
  const auto path = folder / "events.jsonl";
  const auto sink = open_lines(path);
  publish(*sink, events(1, 1));
  std::filesystem::rename(path, path + ".1");
  publish(*sink, events(2, 1));
  CHECK(read_bytes(path + ".1") == lines_of(events(1, 1)));
  CHECK(read_bytes(path) == lines_of(events(2, 1)));
  std::filesystem::resize_file(path, 0);
  publish(*sink, events(3, 1));
  CHECK(read_bytes(path) == lines_of(events(3, 1)));
}

TEST_CASE("a path that cannot be used is refused at open") {
  const TemporaryFolder folder;
  const auto code = [](const std::string& path) { return make_json_lines_events({path}).error().code; };
  CHECK(code("events.jsonl") == ErrorCode::invalid_argument);
  CHECK(code("") == ErrorCode::invalid_argument);
  CHECK(code(folder.path()) == ErrorCode::invalid_argument);
  CHECK(code("/dev/null") == ErrorCode::invalid_argument);
  CHECK(code(folder / "no/folder/events.jsonl") == ErrorCode::not_found);
}

TEST_CASE("publishing waits for its turn among processes, and no longer than told") {
  const TemporaryFolder folder;
  const auto path = folder / "events.jsonl";
  const auto sink = open_lines(path);
  UniqueFd other(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::flock(other.get(), LOCK_EX) == 0);
  const auto one = events(1, 1);
  CHECK(sink->publish(one, Context::within(milliseconds(20))).error().code == ErrorCode::timeout);
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  CHECK(sink->publish(one, {Context::Clock::time_point::max(), stop.get_token()}).error().code == ErrorCode::cancelled);
  CHECK(read_bytes(path).empty());
  std::jthread releaser([&other] { other.reset(); });
  publish(*sink, one);
}

TEST_CASE("a full disk takes whole lines only, and counts only these") {
  if (::geteuid() != 0) return;  // only root may mount
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path(), "64k");
  const auto path = folder / "events.jsonl";
  const auto sink = open_lines(path);
  const auto many = events(1, 100, 1000);
  const auto taken = sink->publish(many, {});
  REQUIRE(taken);
  REQUIRE(*taken > 0);
  REQUIRE(*taken < many.size());
  CHECK(read_bytes(path) == lines_of({many.begin(), many.begin() + static_cast<std::ptrdiff_t>(*taken)}));

  const std::vector<Event> rest(many.begin() + static_cast<std::ptrdiff_t>(*taken), many.end());
  CHECK(sink->publish(rest, {}).error().code == ErrorCode::resource_exhausted);
  std::filesystem::rename(path, path + ".1");
  std::filesystem::remove(path + ".1");
  publish(*sink, std::vector<Event>(rest.begin(), rest.begin() + 3));
}
