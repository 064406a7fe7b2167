// SPDX-License-Identifier: Apache-2.0
// How artifacts come into sinks that take several writers at once, and how into those that take one.
#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/wakeup.hpp"
#include "catch.hpp"
#include "dying_ground.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

void a_moment() { REQUIRE(wait_for({}, Context::within(milliseconds(5)))); }

// Remote; what is written to a key goes by `before_close` before it is kept. Counts who is in it at once.
class BusyArtifacts final : public ArtifactSink {
 public:
  using Hook = std::function<Result<void>(const ArtifactKey& key, const Context& context)>;

  BusyArtifacts(std::uint32_t writers, Hook before_close) : writers_(writers), before_close_(std::move(before_close)) {}

  std::atomic<int> most_calls{0}, most_writers{0};

  std::map<std::string, int> closed() const { return locked(closed_); }
  std::multimap<std::string, std::string> tokens() const { return locked(tokens_); }  // that open() was given, by name

  ArtifactSinkCapabilities capabilities() const override {
    return {.reads = true, .resumes = true, .remote = true, .writers = writers_};
  }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context&) override {
    const Here call(calls_, most_calls);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tokens_.emplace(key.name, token);
    }
    return std::unique_ptr<ArtifactWriter>(std::make_unique<Writer>(*this, key));
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size, const Context&) override {
    const Here call(calls_, most_calls);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = kept_.find(uri);
    if (found == kept_.end()) return Error{ErrorCode::not_found, "no artifact " + uri};
    return found->second.substr(std::min<std::size_t>(offset, found->second.size()), size);
  }
  Result<void> remove(const std::string&, const Context&) override { return {}; }
  Result<std::string> link(const std::string&, milliseconds, const Context&) override {
    return Error{ErrorCode::unsupported, "no links"};
  }

 private:
  // Somebody who is in here; yields, so that others would come in if they may.
  struct Here {
    Here(std::atomic<int>& its_count, std::atomic<int>& its_most) : count(its_count) {
      const int now = ++count;
      for (int most = its_most; most < now && !its_most.compare_exchange_weak(most, now);) continue;
      for (int i = 0; i < 20; ++i) std::this_thread::yield();
    }
    ~Here() { --count; }
    Here(const Here&) = delete;
    Here& operator=(const Here&) = delete;
    std::atomic<int>& count;
  };

  struct Writer final : ArtifactWriter {
    Writer(BusyArtifacts& its_sink, ArtifactKey its_key)
        : sink(its_sink), key(std::move(its_key)), here(its_sink.open_, its_sink.most_writers) {}

    std::uint64_t offset() const override { return bytes.size(); }
    std::string resume_token() const override { return bytes.empty() ? "" : "of " + key.name; }
    Result<void> write(ByteView more, const Context&) override {
      const Here call(sink.calls_, sink.most_calls);
      bytes += as_text(more);
      return {};
    }
    Result<std::string> close(const Context& context) override {
      const Here call(sink.calls_, sink.most_calls);
      if (auto may = sink.before_close_(key, context); !may) return may.error();
      const std::lock_guard<std::mutex> lock(sink.mutex_);
      ++sink.closed_[key.name];
      const std::string uri = "busy:///" + key.match + "/" + key.name;
      sink.kept_[uri] = bytes;
      return uri;
    }
    void abort() noexcept override {}

    BusyArtifacts& sink;
    const ArtifactKey key;
    const Here here;
    std::string bytes;
  };

  template <class Value>
  Value locked(const Value& value) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return value;
  }

  const std::uint32_t writers_;
  const Hook before_close_;
  std::atomic<int> calls_{0}, open_{0};
  mutable std::mutex mutex_;
  std::map<std::string, std::string> kept_;
  std::map<std::string, int> closed_;
  std::multimap<std::string, std::string> tokens_;
};

Result<void> at_once(const ArtifactKey&, const Context&) { return {}; }

MatchRequest three_outputs() { return duel({white_wins, "output a=1", "output b=2", "output c=3"}); }

std::vector<std::string> names_of(const Match& match) {
  std::vector<std::string> names;
  for (const Artifact& artifact : match.artifacts) names.push_back(artifact.name);
  return names;
}

bool all_stored(const Match& match) {
  return std::none_of(match.artifacts.begin(), match.artifacts.end(),
                      [](const Artifact& artifact) { return artifact.uri.empty(); });
}

}  // namespace

TEST_CASE("artifacts of one match are stored side by side, as many as the sink takes at once") {
  Ground ground;
  std::atomic<int> inside{0};
  std::atomic<bool> seen{false};
  const auto sink = std::make_shared<BusyArtifacts>(3, [&](const ArtifactKey&, const Context& context) -> Result<void> {
    if (++inside == 3) seen = true;
    while (!seen && context.check()) a_moment();
    --inside;
    return context.check();
  });
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  const Match match = played(*runner, three_outputs());
  CHECK(match.stored_at);
  CHECK(all_stored(match));
  CHECK(sink->most_writers == 3);
  const auto names = names_of(match);
  CHECK(names.size() > 6);
  CHECK(std::is_sorted(names.begin(), names.end()));  // in whatever order they came
  const auto types = event_types(*runner, match.id);
  CHECK(std::count(types.begin(), types.end(), "stored") == 1);
  CHECK(types.back() == "stored");
  for (const auto& [name, times] : sink->closed()) CHECK(times == 1);
}

TEST_CASE("a match whose artifact takes long holds up no other") {
  Ground ground;
  std::atomic<bool> other{false};
  const auto sink =
      std::make_shared<BusyArtifacts>(2, [&](const ArtifactKey& key, const Context& context) -> Result<void> {
        while (key.match == "first" && key.name == "output/a" && !other && context.check()) a_moment();
        return context.check();
      });
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  MatchRequest request = solo({"output a=1", R"(result {"scores": {"program": 1}})"});
  request.id = "first";
  REQUIRE(runner->submit_match(request));
  request.id = "second";
  CHECK(played(*runner, request).stored_at);
  CHECK_FALSE(runner->get_match("first").value().stored_at);
  other = true;
  CHECK(runner->wait_match("first", patience()).value().stored_at);
}

TEST_CASE("a sink that takes one writer is called by one thread at a time") {
  Ground ground;
  const auto sink = std::make_shared<BusyArtifacts>(1, at_once);
  ground.artifacts = sink;
  RunnerOptions options = ground.options(4);
  options.targets = {"s3://elsewhere/*"};  // which may take several
  const auto runner = Runner::open(options).value();
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(runner->submit_match(three_outputs()).value().id);
  for (const std::string& id : ids) {
    CHECK(runner->wait_match(id, patience()).value().stored_at);
    CHECK(runner->read_log(id, "output/b", 0, 10).value().bytes == "2");  // while others are stored
  }
  CHECK(sink->most_calls == 1);
  CHECK(sink->most_writers == 1);
}

TEST_CASE("an artifact that is refused takes no other with it") {
  const std::uint32_t writers = GENERATE(1U, 4U);
  Ground ground;
  std::atomic<bool> refusing{true};
  const auto sink = std::make_shared<BusyArtifacts>(writers, [&](const ArtifactKey& key, const Context&) {
    if (!refusing || key.name != "output/a") return Result<void>();
    return Result<void>(Error{ErrorCode::permission_denied, "no right to a", "busy sink"});
  });
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  const std::string id = runner->submit_match(three_outputs()).value().id;
  REQUIRE(runner->wait_match(id, patience(), WaitFor::outcome));
  Match match;
  do {
    a_moment();
    match = runner->get_match(id).value();
  } while (match.store_error.find("no right to a") == std::string::npos);
  CHECK_FALSE(match.stored_at);
  for (const Artifact& artifact : match.artifacts) CHECK(artifact.uri.empty() == (artifact.name == "output/a"));
  refusing = false;
  match = runner->wait_match(id, patience()).value();
  CHECK(match.stored_at);
  CHECK(all_stored(match));
  CHECK(match.state == MatchState::finished);
  for (const auto& [name, times] : sink->closed()) CHECK(times == 1);
  const auto types = event_types(*runner, id);
  CHECK(std::count(types.begin(), types.end(), "stored") == 1);
}

TEST_CASE("a sink that is away is not asked for each artifact") {
  Ground ground;
  std::atomic<bool> away{true};
  std::atomic<int> asked{0};
  const auto sink = std::make_shared<BusyArtifacts>(2, [&](const ArtifactKey&, const Context&) {
    if (away) ++asked;
    return away ? Result<void>(Error{ErrorCode::unavailable, "nobody there", "busy sink"}) : Result<void>();
  });
  ground.artifacts = sink;
  const auto runner = Runner::open(ground.options()).value();
  const std::string id = runner->submit_match(three_outputs()).value().id;
  while (runner->get_match(id).value().store_error.find("nobody there") == std::string::npos) a_moment();
  CHECK(asked <= 2);
  away = false;
  CHECK(all_stored(runner->wait_match(id, patience()).value()));
}

TEST_CASE("a runner that dies with several artifacts under way leaves each to the next one where it was") {
  DyingGround ground;
  std::atomic<bool> over{false};
  std::atomic<std::size_t> stuck{0}, told{0};
  const auto first =
      std::make_shared<BusyArtifacts>(16, [&](const ArtifactKey&, const Context& context) -> Result<void> {
        ++stuck;
        while (!over && context.check()) a_moment();
        if (context.stop.stop_requested()) ++told;
        return Error{ErrorCode::unavailable, "died", "busy sink"};
      });
  RunnerOptions doomed_options = ground.doomed();
  doomed_options.artifacts = first;
  auto doomed = Runner::open(doomed_options).value();
  const Match match = doomed->submit_match(three_outputs()).value();
  const Match ended = doomed->wait_match(match.id, patience(), WaitFor::outcome).value();
  REQUIRE(ended.state == MatchState::finished);
  const std::size_t under_way = std::min<std::size_t>(ended.artifacts.size(), 8);
  while (stuck < under_way) a_moment();
  CHECK(under_way > 6);
  ground.kill();

  const auto second = std::make_shared<BusyArtifacts>(4, at_once);
  RunnerOptions heir_options = ground.heir();
  heir_options.artifacts = second;
  const auto heir = Runner::open(heir_options).value();
  const Match stored = heir->wait_match(match.id, patience()).value();
  CHECK(stored.stored_at);
  CHECK(all_stored(stored));
  for (const Artifact& artifact : stored.artifacts) {
    const auto given = second->tokens();
    REQUIRE(given.count(artifact.name) == 1);
    CHECK(given.find(artifact.name)->second == (artifact.bytes > 0 ? "of " + artifact.name : ""));
  }
  while (told < under_way) a_moment();  // its lease is lost
  CHECK(first->closed().empty());
  over = true;
}
