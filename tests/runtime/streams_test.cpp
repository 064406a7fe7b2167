// SPDX-License-Identifier: Apache-2.0
// Live streams: what of a match goes to another sink while it grows, and what becomes of what does not get there.
#include <algorithm>
#include <atomic>
#include <fstream>

#include "base/clocks.hpp"
#include "base/wildcard.hpp"
#include "catch.hpp"
#include "file_bytes.hpp"
#include "matchrunner/open.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Whether sinks of the scheme "shaky" fail just now, and how many bytes they have taken.
std::atomic<bool> shaking{false};
std::atomic<std::uint64_t> bytes_taken{0};

class ShakyWriter : public ArtifactWriter {
 public:
  explicit ShakyWriter(std::uint64_t offset) : offset_(offset) {}
  std::uint64_t offset() const override { return offset_; }
  std::string resume_token() const override { return std::to_string(offset_); }
  Result<void> write(ByteView bytes, const Context&) override {
    if (shaking) return Error{ErrorCode::unavailable, "it shakes"};
    offset_ += bytes.size();
    bytes_taken += bytes.size();
    return {};
  }
  Result<std::string> close(const Context&) override {
    if (shaking) return Error{ErrorCode::unavailable, "it shakes"};
    return std::string("shaky://");
  }
  void abort() noexcept override {}

 private:
  std::uint64_t offset_;
};

class ShakySink : public ArtifactSink {
 public:
  ArtifactSinkCapabilities capabilities() const override { return {.resumes = true, .remote = true}; }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey&, const std::string& token, const Context&) override {
    return std::unique_ptr<ArtifactWriter>(std::make_unique<ShakyWriter>(token.empty() ? 0 : std::stoull(token)));
  }
  Result<std::string> read(const std::string&, std::uint64_t, std::size_t, const Context&) override { return none(); }
  Result<void> remove(const std::string&, const Context&) override { return none(); }
  Result<std::string> link(const std::string&, milliseconds, const Context&) override { return none(); }

 private:
  static Error none() { return {ErrorCode::unsupported, "it only takes"}; }
};

void add_shaky() {
  [[maybe_unused]] static const auto added = add_artifact_sink({"", "shaky", "shaky://"}, [](const std::string&) {
    return Result<std::shared_ptr<ArtifactSink>>(std::make_shared<ShakySink>());
  });
}

Event event_of(Runner& runner, const std::string& id, std::vector<std::string> types) {
  auto events = runner.events({id, 0, false}).value();
  while (auto event = events->next(patience()).value())
    if (std::find(types.begin(), types.end(), event->type) != types.end()) return *event;
  throw std::runtime_error("no such event");
}

void append(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app) << text; }

}  // namespace

TEST_CASE("a star stands for anything") {
  CHECK(matches_wildcard("logs/white.stderr", "logs/*"));
  CHECK(matches_wildcard("logs/white.stderr", "logs/*.std*"));
  CHECK(matches_wildcard("result.json", "result.json"));
  CHECK(matches_wildcard("", "*"));
  CHECK(matches_wildcard("aXbXc", "a*X*c"));
  CHECK_FALSE(matches_wildcard("logs/white.stderr", "logs/*.stdout"));
  CHECK_FALSE(matches_wildcard("logs", "logs/*"));
  CHECK_FALSE(matches_wildcard("ab", ""));
}

TEST_CASE("a pattern may match what lies in a folder, or not") {
  for (const char* pattern : {"output/*", "*", "out*", "*.rcg", "output/match.rcg", "output/deep/*"})
    CHECK(may_match_below("output/", pattern));
  for (const char* pattern : {"logs/*", "output", "outputs/*", "events/score", "result.json", ""})
    CHECK_FALSE(may_match_below("output/", pattern));
}

TEST_CASE("what grows goes to its target while the match runs, and is whole when it has ended") {
  add_shaky();
  shaking = false;
  bytes_taken = 0;
  const Ground ground;
  const TemporaryFolder copies;
  RunnerOptions options = ground.options();
  options.streams = {{"logs/*.stderr", "shaky://"},
                     {"output/*", "file://" + copies.path()},
                     {"events/score", "file://" + copies.path()}};
  const auto runner = Runner::open(options).value();
  MatchRequest request =
      solo({"print_error one", "output game.rcg=moves", R"(event {"type": "score", "n": 1})", "hang"});
  request.id = "m1";
  REQUIRE(runner->submit_match(request));
  until(*runner, "m1", MatchState::running);
  const std::string folder = runner->get_match("m1").value().spool_folder;
  while (bytes_taken < 4) let_pass(milliseconds(5), {});
  append(folder + "/logs/program.stderr", "two\n");
  while (bytes_taken < 8) let_pass(milliseconds(5), {});
  REQUIRE(runner->stop_match("m1", "enough"));
  const Event told = event_of(*runner, "m1", {"streamed", "stream_dropped"});
  CHECK(told.type == "streamed");
  CHECK(told.body.find(R"({"name":"logs/program.stderr","to":"shaky://","bytes":8,"dropped":0})") != told.body.npos);
  CHECK(read_bytes(copies / "m1/1/output/game.rcg") == "moves");
  const std::string score = read_bytes(copies / "m1/1/events/score");
  CHECK(score.find(R"("type":"score")") != score.npos);
  CHECK(score.ends_with("}\n"));
}

TEST_CASE("a target that fails holds up no match, gets all when it is back, and what it never takes is told") {
  add_shaky();
  for (const bool comes_back : {true, false}) {
    shaking = true;
    bytes_taken = 0;
    const Ground ground;
    RunnerOptions options = ground.options();
    options.streams = {{"logs/*.stderr", "shaky://user:hush@there/?token=hush"}};
    options.stream_grace = comes_back ? milliseconds(60'000) : milliseconds(300);
    const auto runner = Runner::open(options).value();
    MatchRequest request = solo({"print_error one"});
    request.id = "m1";
    CHECK(played(*runner, request).state == MatchState::finished);
    if (comes_back) shaking = false;
    const Event told = event_of(*runner, "m1", {"streamed", "stream_dropped"});
    CHECK(told.type == (comes_back ? "streamed" : "stream_dropped"));
    CHECK(bytes_taken == (comes_back ? 4 : 0));
    CHECK(told.body.find(R"("to":"shaky://there/")") != told.body.npos);
    CHECK((told.body.find(R"("dropped":4,"error")") == told.body.npos) == comes_back);
    CHECK(told.body.find("hush") == told.body.npos);
    REQUIRE(runner->close(milliseconds(0)));
    CHECK(std::filesystem::is_empty(ground.spool.path()));
  }
}

TEST_CASE("a stream that cannot be opened is said when the runner opens") {
  const Ground ground;
  RunnerOptions options = ground.options();
  options.streams = {{"logs/*", "nothing://there"}};
  const auto runner = Runner::open(options);
  REQUIRE_FALSE(runner);
  CHECK(runner.error().message.find("streams.logs/*: ") == 0);
}
