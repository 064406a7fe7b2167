// SPDX-License-Identifier: Apache-2.0
// Matches that say themselves where their artifacts go: what is permitted, kept secret, and stored there.
#include <atomic>
#include <thread>

#include "base/base64.hpp"
#include "catch.hpp"
#include "codec/match_record.hpp"
#include "file_bytes.hpp"
#include "matchrunner/open.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

const std::string sealing_key = base64url(std::string(32, 'k'));

MatchRequest with_targets(const std::string& storage, const std::string& streams = "") {
  MatchRequest request = solo({"print_error one", "output game.rcg=moves"});
  request.id = "m1";
  if (!storage.empty()) request.storage = {{"output/*", storage}};
  if (!streams.empty()) request.streams = {{"logs/*", streams}};
  return request;
}

// Does not answer for as long as it is waited for; "mute://HOST/" says nothing, "mute://HOST/soon" says no at once.
class MuteSink final : public ArtifactSink {
 public:
  explicit MuteSink(bool soon) : soon_(soon) {}
  static inline std::atomic<int> asked = 0;
  ArtifactSinkCapabilities capabilities() const override { return {}; }
  Result<void> reach(const Context& context) override {
    ++asked;
    if (!soon_) std::this_thread::sleep_until(context.deadline);
    return silence();
  }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey&, const std::string&, const Context&) override {
    return silence();
  }
  Result<std::string> read(const std::string&, std::uint64_t, std::size_t, const Context&) override {
    return silence();
  }
  Result<void> remove(const std::string&, const Context&) override { return silence(); }
  Result<std::string> link(const std::string&, milliseconds, const Context&) override { return silence(); }

 private:
  static Error silence() { return {ErrorCode::unavailable, "no answer"}; }
  const bool soon_;
};

// A folder as a sink, whose URL may have credentials: "kept://user:password@host/FOLDER".
void add_kept() {
  [[maybe_unused]] static const auto added = add_artifact_sink({"", "kept", "kept://HOST/FOLDER"}, [](const auto& url) {
    if (url.find("hush") == std::string::npos && url.find("open") == std::string::npos)
      return Result<std::shared_ptr<ArtifactSink>>(Error{ErrorCode::permission_denied, "no password"});
    return open_artifact_sink("file://" + url.substr(url.find('/', 7)));
  });
}

}  // namespace

TEST_CASE("artifacts go to the match's own storage, the rest to the runner's, and are read and removed there") {
  add_kept();
  const Ground ground;
  const TemporaryFolder own, copies;
  RunnerOptions options = ground.options();
  options.targets = {"kept://host/*", "file://*"};
  options.secret_key = sealing_key;
  const auto runner = Runner::open(options).value();
  const MatchRequest request = with_targets("kept://u:hush@host" + own.path(), "kept://u:hush@host" + copies.path());
  const Match match = played(*runner, request);
  CHECK(match.state == MatchState::finished);
  CHECK(read_bytes(own / "m1/1/output/game.rcg") == "moves");
  CHECK_FALSE(std::filesystem::exists(own / "m1/1/logs"));
  CHECK(runner->read_log("m1", "output/game.rcg", 0, 100).value().bytes == "moves");
  CHECK(runner->read_log("m1", "logs/program.stderr", 0, 100).value().bytes == "one\n");
  auto events = runner->events({"m1", 0, false}).value();
  std::optional<Event> event;
  do event = events->next(patience()).value();
  while (event && event->type != "streamed");
  REQUIRE(event);
  CHECK(event->body.find("\"to\":\"kept://host" + copies.path()) != std::string::npos);
  CHECK(read_bytes(copies / "m1/1/logs/program.stderr") == "one\n");

  CHECK(match.request.storage.at("output/*") == "kept://host" + own.path());
  CHECK(ground.store->find({"match", "m1"}, patience()).value()->body.find("hush") == std::string::npos);
  CHECK(runner->submit_match(request).value().version >= match.version);  // the same wish
  CHECK(runner->prune(Time::max()).value().removed == 1);
  CHECK_FALSE(std::filesystem::exists(own / "m1/1/output/game.rcg"));
}

TEST_CASE("without a sink of its own a runner runs matches that bring theirs") {
  const Ground ground;
  const TemporaryFolder own;
  RunnerOptions options = ground.options();
  options.artifacts = nullptr;
  options.targets = {"file:///*"};
  const auto runner = Runner::open(options).value();
  MatchRequest request = with_targets("");
  request.storage = {{"*", "file://" + own.path()}};
  CHECK(played(*runner, request).stored_at.has_value());
  CHECK(read_bytes(own / "m1/1/logs/program.stderr") == "one\n");
}

TEST_CASE("targets that are not permitted, not there, or bring secrets that cannot be kept are refused by name") {
  add_kept();
  const Ground ground;
  struct Row {
    std::string storage, streams, key, error;
    ErrorCode code;
  };
  const std::vector<Row> rows{
      {"file:///srv", "", "",
       "storage.output/*: expected a URL that `targets` of the runner permits, found file:///srv",
       ErrorCode::permission_denied},
      {"", "kept://u:hush@elsewhere/x", sealing_key, "streams.logs/*: expected a URL that `targets`",
       ErrorCode::permission_denied},
      {"kept://u:hush@host/x", "", "", "storage.output/*: expected no credentials, as MATCHRUNNER_SECRET_KEY",
       ErrorCode::unsupported},
      {"", "kept://u:hush@host/x", "", "streams.logs/*: expected no credentials, as MATCHRUNNER_SECRET_KEY",
       ErrorCode::unsupported},
      {"kept://host/x", "", "", "storage.output/*: no password", ErrorCode::permission_denied},
  };
  for (const Row& row : rows) {
    RunnerOptions options = ground.watching();
    options.targets = {"kept://host/*"};
    options.secret_key = row.key;
    const auto runner = Runner::open(options).value();
    const auto refused = runner->submit_match(with_targets(row.storage, row.streams));
    REQUIRE_FALSE(refused);
    INFO(refused.error().describe());
    CHECK(refused.error().code == row.code);
    CHECK(refused.error().message.find(row.error) == 0);
    CHECK(refused.error().message.find("hush") == std::string::npos);
    CHECK_FALSE(runner->find_match("m1").value());
  }
}

TEST_CASE("a target that is not permitted is refused also when a match is there, or has come back, under its id") {
  const Ground ground;
  const TemporaryFolder own;
  const auto queue = make_memory_commands();
  RunnerOptions options = ground.options();
  options.workers = 0;
  options.targets = {"file:///*"};
  MatchRequest request = with_targets("file://" + own.path());
  const std::string id = request.id;
  REQUIRE(Runner::open(options).value()->submit_match(request));

  options.targets.clear();
  const auto stricter = Runner::open(options).value();
  CHECK(stricter->submit_match(request).error().code == ErrorCode::permission_denied);
  Record record = ground.store->find({"match", id}, patience()).value().value();
  Match match = match_from(record).value();
  match.state = MatchState::returned;
  REQUIRE(ground.store->commit({{Write{to_record(match)}}, {}}, patience()));
  CHECK(stricter->submit_match(request).error().code == ErrorCode::permission_denied);
  CHECK(stricter->get_match(id).value().state == MatchState::returned);
}

TEST_CASE("a command whose target is refused is answered, and not tried again") {
  const Ground ground;
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  options.targets = {"file:///*"};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  const std::string start =
      R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats":
      [{"name": "program", "custom": {}}]}, "storage": {"*": ")";
  for (const auto& [url, said] :
       {std::pair{"s3://elsewhere", "data.storage.*: expected a URL that `targets` of the runner permits"},
        std::pair{"file:///proc/nowhere", "data.storage.*: "}}) {
    source->send({url, start + url + R"("}}})", "asker", url});
    std::optional<Event> event;
    do event = events->next(patience()).value();
    while (event && event->type != "reply");
    REQUIRE(event);
    CHECK(event->body.find(said) != std::string::npos);
    CHECK_FALSE(runner->find_match("m1").value());
  }
}

TEST_CASE("a target that says nothing is waited for once by those who name it one after another") {
  add_artifact_sink({"", "mute", "mute://HOST/"}, [](const auto& url) {
    return Result<std::shared_ptr<ArtifactSink>>(std::make_shared<MuteSink>(url.ends_with("soon")));
  }).value();
  const Ground ground;
  RunnerOptions options = ground.watching();
  options.targets = {"mute://*/*"};
  options.secret_key = sealing_key;
  const auto runner = Runner::open(options).value();
  const auto asked_by_three = [&](const std::string& place) {
    const int before = MuteSink::asked;
    for (const std::string user : {"a", "b", "c"}) {
      const auto refused = runner->submit_match(with_targets("mute://" + user + ":pass@" + place));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().message == "storage.output/*: no answer");
    }
    return MuteSink::asked - before;
  };
  CHECK(asked_by_three("host/") == 1);
  CHECK(asked_by_three("host/soon") == 3);  // what is told at once holds up nobody
}

TEST_CASE("matches that name the same targets share them") {
  static std::atomic<int> storage = 0, streams = 0;
  add_artifact_sink({"", "counted", "counted://KIND/FOLDER"}, [](const auto& url) {
    ++(url.starts_with("counted://storage/") ? storage : streams);
    return open_artifact_sink("file://" + url.substr(url.find('/', 10)));
  }).value();
  const Ground ground;
  const TemporaryFolder own, copies;
  RunnerOptions options = ground.options();
  options.targets = {"counted://*/*"};
  const auto runner = Runner::open(options).value();
  for (const std::string id : {"m1", "m2", "m3"}) {
    MatchRequest request = with_targets("counted://storage" + own.path(), "counted://streams" + copies.path());
    request.id = id;
    played(*runner, request);
    CHECK(read_bytes(own / (id + "/1/output/game.rcg")) == "moves");
  }
  runner->close(milliseconds(0)).value();
  CHECK(storage == 1);
  CHECK(streams == 3 + 1);  // each of them is tried when it is asked for
}
