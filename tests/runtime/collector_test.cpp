// SPDX-License-Identifier: Apache-2.0
// How matches that have run end, and how their artifacts come into the sink.
#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/wakeup.hpp"
#include "catch.hpp"
#include "runtime/shared_artifacts.hpp"
#include "runtime/spool.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Refuses the first artifacts, and takes none before its gate is open.
class SlowArtifacts : public ArtifactSink {
 public:
  std::atomic<int> refusals{0}, opened{0};
  std::atomic<ErrorCode> code{ErrorCode::unavailable};
  std::atomic<bool> remote{false}, open_gate{true};
  std::atomic<milliseconds> patience{std::chrono::hours(1)};  // with a closed gate
  std::shared_ptr<ArtifactSink> inner = make_memory_artifacts();

  ArtifactSinkCapabilities capabilities() const override {
    ArtifactSinkCapabilities capabilities = inner->capabilities();
    capabilities.remote = remote;
    return capabilities;
  }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context) override {
    ++opened;
    Context waiting = Context::within(patience.load(), context.stop);
    waiting.deadline = std::min(waiting.deadline, context.deadline);
    while (!open_gate && waiting.check())
      [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
    if (!open_gate) return Error{ErrorCode::unavailable, "no answer", "slow sink"};
    if (refusals.fetch_sub(1) > 0) return Error{code.load(), "no room", "slow sink"};
    return inner->open(key, token, context);
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    return inner->read(uri, offset, size, context);
  }
  Result<void> remove(const std::string& uri, const Context& context) override { return inner->remove(uri, context); }
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    return inner->link(uri, valid_for, context);
  }
};

std::size_t place_of(const std::vector<std::string>& types, const std::string& type) {
  REQUIRE(std::count(types.begin(), types.end(), type) == 1);
  return static_cast<std::size_t>(std::find(types.begin(), types.end(), type) - types.begin());
}

}  // namespace

TEST_CASE("artifacts that cannot be stored for good fail the match, for now let it finish first") {
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->refusals = 1'000'000;
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();

  SECTION("for good") {
    sink->code = ErrorCode::permission_denied;
    const Match match = played(*runner, duel({white_wins}));
    CHECK(match.state == MatchState::failed);
    CHECK(match.outcome->fault == Fault::infrastructure);
    CHECK(match.outcome->reason.find("no room") != std::string::npos);
    CHECK(match.outcome->summary.find("because of the host, not of a program") != std::string::npos);
    CHECK(match.outcome->seats[1].score == 1.0);
    REQUIRE(runner->close(milliseconds(0)));
    CHECK(std::filesystem::is_empty(ground.spool.path()));
  }
  SECTION("not yet, and nothing of it is pruned") {
    const Match submitted = runner->submit_match(duel({white_wins})).value();
    REQUIRE(runner->wait_match(submitted.id, patience(), WaitFor::outcome).value().state == MatchState::finished);
    CHECK(runner->prune(Time::max()).value().removed == 0);
    const auto types = event_types(*runner, submitted.id);
    REQUIRE_FALSE(types.empty());
    CHECK(types.front() == "submit");
  }
  SECTION("for now") {
    sink->code = GENERATE(ErrorCode::unavailable, ErrorCode::resource_exhausted);  // as of a full disk
    sink->refusals = 1;
    const Match submitted = runner->submit_match(duel({white_wins, "output a=1"})).value();
    const Match finished = runner->wait_match(submitted.id, patience(), WaitFor::outcome).value();
    CHECK(finished.state == MatchState::finished);
    CHECK(finished.store_error.find("no room") != std::string::npos);
    CHECK(runner->read_log(submitted.id, "output/a", 0, 10).value().bytes == "1");
    const Match stored = runner->wait_match(submitted.id, patience()).value();
    CHECK(stored.stored_at.has_value());
    CHECK(stored.store_error.empty());
    for (const Artifact& artifact : stored.artifacts) CHECK_FALSE(artifact.uri.empty());
    const auto types = event_types(*runner, submitted.id);
    CHECK(std::count(types.begin(), types.end(), "collected") == 1);
    CHECK(std::count(types.begin(), types.end(), "stored") == 1);
  }
}

TEST_CASE("a match ends before a remote sink has its artifacts, whatever that does") {
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->remote = true;
  sink->open_gate = false;
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(runner->submit_match(duel({white_wins, "output a=1"})).value().id);
  for (const std::string& id : ids) {
    const Match finished = runner->wait_match(id, patience(), WaitFor::outcome).value();
    CHECK(finished.state == MatchState::finished);
    CHECK_FALSE(finished.stored_at);
    CHECK_FALSE(finished.store_error.empty());
    CHECK(runner->read_log(id, "output/a", 0, 10).value().bytes == "1");
  }
  CHECK(runner->waiting_artifacts().value().size() == 3);
  CHECK(runner->prune(Time::max()).value().removed == 0);

  SECTION("takes them") { sink->open_gate = true; }
  SECTION("refuses them until its rights are mended") {
    sink->code = ErrorCode::permission_denied;
    sink->refusals = 2;
    sink->open_gate = true;
  }
  for (const std::string& id : ids) {
    const Match stored = runner->wait_match(id, patience()).value();
    CHECK(stored.state == MatchState::finished);
    CHECK(stored.stored_at);
    CHECK(stored.artifacts.size() == 6);
    for (const Artifact& artifact : stored.artifacts) CHECK_FALSE(artifact.uri.empty());
    CHECK(runner->read_log(id, "output/a", 0, 10).value().bytes == "1");
    const auto types = event_types(*runner, id);
    CHECK(place_of(types, "collected") < place_of(types, "stored"));
  }
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(std::filesystem::is_empty(ground.spool.path()));
}

TEST_CASE("what is not what it was when its match ended is not stored, and that is told") {
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->remote = true;
  sink->open_gate = false;
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  const std::string id = runner->submit_match(duel({white_wins, "output a=1"})).value().id;
  const Match ended = runner->wait_match(id, patience(), WaitFor::outcome).value();
  { std::ofstream(ended.spool_folder + "/output/a") << "2"; }
  sink->open_gate = true;

  const Match match = runner->wait_match(id, patience()).value();
  CHECK(match.state == MatchState::finished);
  CHECK_FALSE(match.stored_at);
  for (const Artifact& artifact : match.artifacts) CHECK(artifact.uri.empty() == (artifact.name == "output/a"));
  auto events = runner->events({id, 0, false}).value();
  std::optional<Event> event;
  do event = events->next(patience()).value();
  while (event && event->type != "store_failed");
  REQUIRE(event);
  CHECK(event->body.find("artifact output/a: expected SHA-256 6b86b273ff34fce19d6b804eff5a3f57") != std::string::npos);
}

TEST_CASE("a long upload has the time that it needs") {
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->remote = true;
  sink->open_gate = false;
  ground.artifacts = sink;
  RunnerOptions options = ground.options();
  options.collect_timeout = milliseconds(20);
  const auto runner = Runner::open(options).value();
  const Match match = runner->submit_match(duel({white_wins, "output long=" + std::string(90'000, 'x')})).value();
  REQUIRE(runner->wait_match(match.id, patience(), WaitFor::outcome));
  REQUIRE(wait_for({}, Context::within(milliseconds(400))));
  sink->open_gate = true;
  const Match stored = runner->wait_match(match.id, patience()).value();
  CHECK(stored.stored_at);
  CHECK(sink->opened == static_cast<int>(stored.artifacts.size()));  // by the first try
}

TEST_CASE("who closes waits for uploads that get on, and leaves others to the next runner") {
  const bool get_on = GENERATE(true, false);
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->remote = true;
  sink->open_gate = false;
  ground.artifacts = sink;
  RunnerOptions options = ground.options();
  options.collect_timeout = milliseconds(get_on ? 30'000 : 300);
  auto runner = Runner::open(options).value();
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(runner->submit_match(duel({white_wins})).value().id);
  for (const std::string& id : ids) REQUIRE(runner->wait_match(id, patience(), WaitFor::outcome));
  const int before = sink->opened;
  sink->open_gate = get_on;
  sink->patience = milliseconds(100);
  REQUIRE(runner->close(milliseconds(0)));
  if (get_on) {
    const auto desk = Runner::open(ground.watching()).value();
    for (const std::string& id : ids) CHECK(desk->get_match(id).value().stored_at);
  } else {
    CHECK(sink->opened <= before + 6);  // not one after the other
  }
  sink->open_gate = true;
  runner = Runner::open(options).value();
  for (const std::string& id : ids) CHECK(runner->wait_match(id, patience()).value().stored_at);
}

TEST_CASE("who runs one match leaves what other matches still have to store") {
  Ground ground;
  const auto sink = std::make_shared<SlowArtifacts>();
  sink->remote = true;
  sink->refusals = 1;
  ground.artifacts = sink;
  MatchRequest request = solo({R"(result {"scores": {"program": 1}})"});
  request.id = "waiting";
  auto runner = Runner::open(ground.options()).value();
  REQUIRE(runner->submit_match(request));
  const auto refused = [&] { return !runner->waiting_artifacts().value().at(0).last_error.starts_with("on their"); };
  REQUIRE(runner->wait_match("waiting", patience(), WaitFor::outcome));
  while (!refused()) [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
  REQUIRE(runner->close(milliseconds(0)));

  RunnerOptions options = ground.options();
  options.only_match = request.id = "other";
  runner = Runner::open(options).value();
  CHECK(played(*runner, request).stored_at);
  REQUIRE(wait_for({}, Context::within(milliseconds(2500))));  // past the timer of the one that waits
  CHECK_FALSE(runner->get_match("waiting").value().stored_at);
  runner = Runner::open(ground.options()).value();
  CHECK(runner->wait_match("waiting", patience()).value().stored_at);
}

TEST_CASE("an upload goes on where its token leads, and begins again when it leads nowhere") {
  class Resuming : public SlowArtifacts {
   public:
    std::vector<std::string> tokens;  // that open() was given

    struct Writer : ArtifactWriter {
      std::unique_ptr<ArtifactWriter> inner;
      std::uint64_t start = 0;
      std::uint64_t offset() const override { return start + inner->offset(); }
      std::string resume_token() const override { return std::to_string(offset()); }
      Result<void> write(ByteView bytes, const Context& context) override { return inner->write(bytes, context); }
      Result<std::string> close(const Context& context) override { return inner->close(context); }
      void abort() noexcept override { inner->abort(); }
    };
    Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                                 const Context& context) override {
      tokens.push_back(token);
      if (token == "gone") return Error{ErrorCode::not_found, "no such upload"};
      auto writer = std::make_unique<Writer>();
      writer->inner = inner->open(key, {}, context).value();
      if (!token.empty()) writer->start = std::stoull(token);
      return std::unique_ptr<ArtifactWriter>(std::move(writer));
    }
  };
  const TemporaryFolder folder;
  const std::string bytes(600'000, 'x');
  { std::ofstream(folder / "file") << bytes; }
  const UniqueFd file(::open((folder / "file").c_str(), O_RDONLY | O_CLOEXEC));
  const auto sink = std::make_shared<Resuming>();
  SharedArtifacts shared(sink);
  const auto stored = [&](const std::string& token) {
    keep_upload_token(folder.path(), "logs/a", token);
    std::vector<std::string> kept;
    const auto keep = [&](const std::string& now) { kept.push_back(now); };
    const auto uri =
        shared.store({"m", 1, "logs/a"}, file.get(), {upload_token(folder.path(), "logs/a"), keep}, patience());
    REQUIRE(uri);
    CHECK(kept.back() == std::to_string(bytes.size()));
    return sink->read(*uri, 0, bytes.size(), {}).value();
  };
  CHECK(stored("") == bytes);
  CHECK(stored("500000") == bytes.substr(500'000));  // what had not been sent
  CHECK(stored("gone") == bytes);
  CHECK(sink->tokens == std::vector<std::string>{"", "500000", "gone", ""});
  CHECK(upload_token(folder.path(), "logs/b").empty());
}

TEST_CASE("a run of a match of the same id in another store keeps its folder") {
  Ground one;
  const Ground other;
  RunnerOptions beside = other.options();
  beside.spool_folder = one.spool.path();
  MatchRequest request = solo({"hang"});
  request.id = "final";
  const auto theirs = Runner::open(beside).value();
  REQUIRE(theirs->submit_match(request));
  until(*theirs, "final", MatchState::running);
  request.inline_game->seats[0].arguments = {R"(result {"scores": {"program": 1}})"};
  const auto ours = Runner::open(one.options()).value();
  const Match match = played(*ours, request);
  CHECK(match.state == MatchState::finished);
  REQUIRE(ours->close(milliseconds(0)));
  const std::filesystem::path left = one.spool.path() + "/final." + match.unique_id + ".0123";
  std::filesystem::create_directory(left);
  const auto again = Runner::open(one.options()).value();
  while (std::filesystem::exists(left))
    [[maybe_unused]]  // swept
    const auto waited = wait_for({}, Context::within(milliseconds(5)));
  REQUIRE(again->close(milliseconds(0)));
  CHECK(std::filesystem::exists(theirs->get_match("final").value().spool_folder));
}
