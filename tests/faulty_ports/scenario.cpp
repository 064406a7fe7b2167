// SPDX-License-Identifier: Apache-2.0
#include "faulty_ports/scenario.hpp"

#include <algorithm>
#include <set>

#include "base/digest.hpp"
#include "faulty_ports/faulty_artifacts.hpp"
#include "faulty_ports/faulty_events.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "runtime/scripted.hpp"

namespace matchrunner::test {
namespace {

// What each match must come to, and leave.
struct Expected {
  std::string id;
  MatchRequest request;
  MatchState state;
  std::vector<std::string> artifacts;
};

std::vector<Expected> expected() {
  std::vector<Expected> all{
      {"played",
       duel({"event {\"type\": \"progress\"}", white_wins}, {"output game=1. e4"}),
       MatchState::finished,
       {"logs/black.stderr", "logs/referee.stderr", "logs/referee.stdout", "logs/white.stderr", "output/game",
        "result.json"}},
      {"crashed",
       solo({"print hello", "crash 11"}),
       MatchState::failed,
       {"logs/program.stderr", "logs/program.stdout"}},
  };
  for (Expected& each : all) {
    each.request.id = each.id;
    each.request.inline_game->attempts = 10;  // a busy host may cost more than the mishap
  }
  return all;
}

class Scenario {
 public:
  Scenario(const std::shared_ptr<CallScript>& script, bool remote) : script_(script) {
    options_ = ground_.options(2);
    options_.store = std::make_shared<FaultyStore>(ground_.store, script);
    options_.artifacts = std::make_shared<FaultyArtifacts>(ground_.artifacts, script, remote);
    options_.sinks = {{"site", sink_}};
    options_.lease = milliseconds(500);
  }

  ScenarioEnd play() {
    std::unique_ptr<Runner> runner;
    until_done("open", [&] {
      auto opened = Runner::open(options_);
      if (opened) runner = *std::move(opened);
      return runner != nullptr;
    });
    if (!runner) return {broken_, script_->seen()};
    for (const Expected& each : expected())
      until_done("submit " + each.id, [&] { return runner->submit_match(each.request).has_value(); });
    for (const Expected& each : expected()) await_end(*runner, each);
    for (const Expected& each : expected()) check_match(*runner, each);  // nobody else uses the sinks any more
    until_done("publish everything", [&] {
      const auto sinks = runner->outbox();
      return sinks && (*sinks)[0].waiting == 0;
    });
    check_events();
    until_done("prune", [&] {
      const auto pruned = runner->prune(Time::max());
      return pruned && pruned->left == 0;
    });
    check_pruned();
    expect(runner->close(milliseconds(0)).has_value(), "close");
    return {broken_, script_->seen()};
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds) broken_.push_back(what);
  }

  // What failed is done again by a caller that wants it done.
  template <class Call>
  void until_done(const std::string& what, Call call) {
    const Context deadline = Context::within(std::chrono::minutes(2));
    while (!call()) {
      if (!deadline.check()) return expect(false, what + " was never done");
      let_pass(milliseconds(5), deadline);
    }
  }

  void await_end(Runner& runner, const Expected& each) {
    until_done("end of " + each.id, [&] {
      const auto match = runner.wait_match(each.id, patience());
      return match && is_terminal(match->state) && match->stored_at;
    });
  }

  void check_match(Runner& runner, const Expected& each) {
    const auto record = runner.find_match(each.id);
    const auto found = record ? *record : runner.find_match(each.id).value();  // the one that fails is behind us
    if (!found || !found->outcome) return expect(false, each.id + " has no outcome");
    expect(found->state == each.state,
           each.id + " is " + std::string(to_string(found->state)) + ": " + found->outcome->reason);
    std::vector<std::string> names;
    for (const Artifact& artifact : found->artifacts) {
      names.push_back(artifact.name);
      uris_.push_back(artifact.uri);
      const std::string bytes = read(runner, each.id, artifact.name);
      expect(bytes.size() == artifact.bytes && sha256_hex(bytes) == artifact.sha256,
             each.id + ": " + artifact.name + " is not whole");
      check_link(artifact.uri);
    }
    expect(names == each.artifacts, each.id + " has other artifacts");
  }

  // To its end; what fails is read again from there.
  std::string read(Runner& runner, const std::string& id, const std::string& name) {
    std::string bytes;
    until_done("read " + id + "/" + name, [&] {
      const auto chunk = runner.read_log(id, name, bytes.size(), 1 << 20);
      if (chunk) bytes += chunk->bytes;
      return chunk && chunk->finished;
    });
    return bytes;
  }

  // As an application asks for it; this sink has none, which it says as soon as nothing goes wrong.
  void check_link(const std::string& uri) {
    ErrorCode said = CallScript::error().code;
    until_done("link of " + uri, [&] {
      const auto link = options_.artifacts->link(uri, milliseconds(1000), patience());
      if (!link) said = link.error().code;
      return link || said != CallScript::error().code;
    });
    expect(said == ErrorCode::unsupported, "memory has a link to " + uri);
  }

  // By the journal itself: one outcome each, nothing said twice, and the sink has had all of it in order.
  void check_events() {
    const auto journal = ground_.store->events({}, {});
    if (!journal) return expect(false, "the journal cannot be read");
    std::map<std::string, std::map<std::string, int>> types;
    std::set<std::uint64_t> told;
    std::map<std::string, int> epochs;
    for (const Event& event : journal->events) {
      if (event.kind == "match") ++types[event.subject][event.type];
      if (event.type == "ended") ++epochs[event.subject + "/" + std::to_string(event.epoch)];
    }
    for (const Expected& each : expected()) {
      auto& seen = types[each.id];
      expect(seen["collected"] + seen["fail"] + seen["stop"] == 1, each.id + " has not one outcome");
      expect(seen["submit"] == 1, each.id + " was not submitted once");
      expect(seen["stored"] == 1, each.id + " was not stored once");
      expect(seen["ended"] == 1, each.id + " did not end once");
    }
    std::map<std::string, std::uint64_t> newest;
    for (const Event& event : sink_->taken()) {
      if (!told.insert(event.sequence).second) continue;
      std::uint64_t& last = newest[event.kind + event.subject];
      expect(event.sequence > last, "the sink got event " + std::to_string(event.sequence) + " too late");
      last = event.sequence;
    }
    for (const Event& event : journal->events)
      expect(told.count(event.sequence) == 1, "the sink never got event " + std::to_string(event.sequence));
  }

  void check_pruned() {
    for (const std::string& uri : uris_) expect(!ground_.artifacts->read(uri, 0, 1, {}), uri + " was left behind");
    for (const Expected& each : expected()) {
      const auto found = ground_.store->find({"match", each.id}, {});
      expect(found && !*found, each.id + " was not pruned");
    }
  }

  const std::shared_ptr<CallScript> script_;
  Ground ground_;
  RunnerOptions options_;
  const std::shared_ptr<FaultyEvents> sink_ = std::make_shared<FaultyEvents>(script_);
  std::vector<std::string> uris_;
  std::vector<std::string> broken_;
};

}  // namespace

ScenarioEnd play_scenario(const std::shared_ptr<CallScript>& script, bool remote) {
  return Scenario(script, remote).play();
}

}  // namespace matchrunner::test
