// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/seat_output.hpp"

#include "catch.hpp"
#include "file_bytes.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using docker::SeatOutput;

namespace {

std::string frame(char stream, const std::string& payload) {
  std::string bytes{stream, 0, 0, 0};
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(payload.size() >> shift & 0xffU);
  return bytes + payload;
}

struct Ground {
  Ground() { std::filesystem::create_directory(folder / "logs"); }
  std::string log(const std::string& stream) const { return read_bytes(folder / ("logs/a." + stream)); }
  const TemporaryFolder folder;
};

}  // namespace

TEST_CASE("a stream that comes in pieces of any size is the same") {
  const Ground ground;
  const std::size_t piece = static_cast<std::size_t>(GENERATE(1, 2, 3, 7, 8, 9, 100, 100'000));
  auto output = SeatOutput::open(ground.folder.path(), "a", 1 << 20, true).value();
  const std::string stream = frame(1, "out ") + frame(2, "err\n{\"type\": \"mo") + frame(1, "") + frame(1, "more\n") +
                             frame(2, "ve\"}\nafter") + frame(1, std::string(70'000, 'x'));
  for (std::size_t at = 0; at < stream.size(); at += piece)
    REQUIRE(output.take(as_bytes(std::string_view(stream).substr(at, piece))));
  REQUIRE(output.close());
  CHECK(ground.log("stdout") == "out more\n" + std::string(70'000, 'x'));
  CHECK(ground.log("stderr") == "err\nafter");
  REQUIRE(!output.events().empty());
  CHECK(output.events().take().text == "{\"type\": \"move\"}");
  CHECK(output.events().empty());
  CHECK(!output.truncated());
  CHECK(output.bytes() == 9 + 70'000 + 9);
}

TEST_CASE("output that comes again goes to where it is, and its events are told once") {
  const Ground ground;
  const std::string attached = frame(1, "one\ntwo\n") + frame(2, "{\"type\": \"a\"}\n{\"type\": \"b\"}\nerr\n") +
                               frame(1, "three\n") + frame(2, "{\"type\": \"c\"}\nrest");
  const std::size_t cut = static_cast<std::size_t>(GENERATE(0, 5, 11, 20, 40, 60));
  {
    auto killed = SeatOutput::open(ground.folder.path(), "a", 1 << 20, true).value();
    REQUIRE(killed.take(as_bytes(std::string_view(attached).substr(0, cut))));
  }
  const std::string log = frame(1, "t1 one\n") + frame(1, "t2 two\n") + frame(2, "t3 {\"type\": \"a\"}\n") +
                          frame(2, "t4 {\"type\": \"b\"}\n") + frame(2, "t5 err\n") + frame(1, "t6 three\n") +
                          frame(2, "t7 {\"type\": \"c\"}\n") + frame(2, "t8 rest");
  auto output =
      SeatOutput::reopen(ground.folder.path(), "a", 1 << 20, true, /*told=*/1, std::chrono::seconds(1)).value();
  REQUIRE(output.take(as_bytes(std::string_view(log).substr(0, cut))));
  output.begin_log();
  REQUIRE(output.take(as_bytes(log)));
  REQUIRE(output.close());
  CHECK(ground.log("stdout") == "one\ntwo\nthree\n");
  CHECK(ground.log("stderr") == "err\nrest");
  std::vector<std::string> told;
  while (!output.events().empty()) told.push_back(output.events().take().text);
  CHECK(told == std::vector<std::string>{"{\"type\": \"b\"}", "{\"type\": \"c\"}"});
  CHECK(output.bytes() == 14 + 8);
  CHECK(output.logged_at_most() >= attached.size());
}

TEST_CASE("parts of long lines in an engine's log become the lines that they were") {
  const Ground ground;
  const std::string part(16 * 1024, 'x');
  auto output = SeatOutput::reopen(ground.folder.path(), "a", 1 << 20, false, 0, {}).value();
  const std::string log = frame(1, "t1 " + part) + frame(1, "t1 " + part) + frame(1, "t1 rest") +
                          frame(1, "t2 line\n") + frame(1, "t3 " + part) + frame(1, "t4 " + part) +
                          frame(1, "t4 rest") + frame(1, "t5 " + part) + frame(1, "t5 ") + frame(1, "t6 \n") +
                          frame(2, "t7 " + part) + frame(2, "t7 rest");
  for (std::size_t at = 0; at < log.size(); at += 1000)
    REQUIRE(output.take(as_bytes(std::string_view(log).substr(at, 1000))));
  REQUIRE(output.close());
  CHECK((ground.log("stdout") == part + part + "rest\nline\n" + part + "\n" + part + "rest\n" + part + "\n\n"));
  CHECK((ground.log("stderr") == part + "rest\n"));
}

TEST_CASE("each log has its own limit") {
  const Ground ground;
  auto output = SeatOutput::open(ground.folder.path(), "a", 5, false).value();
  REQUIRE(output.take(as_bytes(frame(1, "123") + frame(2, "1234567") + frame(1, "45"))));
  CHECK(output.truncated());
  CHECK(ground.log("stdout") == "12345");
  CHECK(ground.log("stderr") == "12345");
  CHECK(output.bytes() == 12);
}

TEST_CASE("a long line is kept as it is, and no event") {
  const Ground ground;
  auto output = SeatOutput::open(ground.folder.path(), "a", 1 << 20, true).value();
  const std::string line = "{\"type\": \"" + std::string(40'000, 'x') + "\"}\n";
  REQUIRE(output.take(as_bytes(frame(2, line))));
  REQUIRE(output.take(as_bytes(frame(2, "{\"type\": \"next\"}"))));
  REQUIRE(output.close());
  CHECK(ground.log("stderr") == line);
  CHECK(output.events().take().text == "{\"type\": \"next\"}");
}

TEST_CASE("what is no such stream, or cannot be written, is an error") {
  const Ground ground;
  auto output = SeatOutput::open(ground.folder.path(), "a", 5, false).value();
  CHECK(output.take(as_bytes(frame(3, "x"))).error().code == ErrorCode::corrupt_data);
  CHECK(SeatOutput::open("/no/such/folder", "a", 5, false).error().code == ErrorCode::not_found);
}
