// SPDX-License-Identifier: Apache-2.0
#include "simulation/ports.hpp"

#include <fstream>
#include <optional>
#include <utility>

namespace matchrunner::simulation {
namespace {

Error down(const char* what) { return {ErrorCode::unavailable, std::string(what) + " is out of reach", "simulation"}; }

// No call ends by a context: its deadline is real time, of which there is none here.
class LineStore : public StateStore {
 public:
  LineStore(World& world, std::shared_ptr<Line> line) : world_(world), line_(std::move(line)) {}

  StateStoreCapabilities capabilities() const override { return world_.store->capabilities(); }
  Result<CommitReceipt> commit(const Batch& batch, const Context&) override {
    if (fails()) return down("the store");
    if (line_->meanwhile) line_->meanwhile();
    if (line_->cut == Line::Cut::before_commit) throw PowerLoss{};
    auto receipt = world_.store->commit(batch, {});
    if (!receipt) return receipt;
    world_.committed(line_->runner, batch, *receipt);
    if (line_->meanwhile) line_->meanwhile();
    if (line_->cut == Line::Cut::after_commit) throw PowerLoss{};
    if (std::exchange(line_->lose_answer, false)) return down("the answer of the store");
    return receipt;
  }
  Result<std::optional<Record>> find(const RecordKey& key, const Context&) override {
    if (fails()) return down("the store");
    return world_.store->find(key, {});
  }
  Result<RecordPage> list(const RecordQuery& query, const Context&) override {
    if (fails()) return down("the store");
    return world_.store->list(query, {});
  }
  Result<EventPage> events(const EventQuery& query, const Context&) override {
    if (fails()) return down("the store");
    return world_.store->events(query, {});
  }
  Result<std::uint64_t> trim(std::uint64_t through, const Context&) override {
    if (fails()) return down("the store");
    return world_.store->trim(through, {});
  }

 private:
  bool fails() { return line_->outage > 0 && line_->outage-- > 0; }

  World& world_;
  const std::shared_ptr<Line> line_;
};

class WorldArtifacts : public ArtifactSink {
 public:
  explicit WorldArtifacts(World& world) : world_(world) {}

  ArtifactSinkCapabilities capabilities() const override {
    ArtifactSinkCapabilities capabilities = world_.artifacts->capabilities();
    capabilities.remote = world_.artifacts_remote;
    return capabilities;
  }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context&) override {
    if (world_.artifacts_down) return down("the bucket");
    return world_.artifacts->open(key, token, {});
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size, const Context&) override {
    return world_.artifacts->read(uri, offset, size, {});
  }
  Result<void> remove(const std::string& uri, const Context&) override {
    if (world_.artifacts_down) return down("the bucket");
    return world_.artifacts->remove(uri, {});
  }
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context&) override {
    return world_.artifacts->link(uri, valid_for, {});
  }

 private:
  World& world_;
};

class WorldSink : public EventSink {
 public:
  explicit WorldSink(World& world) : world_(world) {}

  EventSinkCapabilities capabilities() const override { return {}; }
  Result<std::size_t> publish(std::span<const Event> events, const Context&) override {
    if (world_.sink_down) return down("the sink");
    const std::size_t count = world_.chance(20) ? events.size() / 2 : events.size();
    for (const Event& event : events.first(count)) world_.published(event);
    if (world_.chance(10)) return down("the answer of the sink");
    return count;
  }

 private:
  World& world_;
};

class WorldRun : public Run {
 public:
  WorldRun(World& world, const MatchPlan& plan)
      : world_(world),
        programs_(world.start({plan.match_id, plan.epoch, plan.lease_deadline})),
        seat_(plan.game.seats.front().name) {}

  std::vector<SeatEndpoint> endpoints() const override { return {}; }
  Result<std::optional<RunReport>> poll(const Context&) override {
    if (programs_->lost) return down("the launcher");
    if (!programs_->ended && world_.now() >= programs_->deadline) return down("the launcher, whose lease ran out,");
    if (!programs_->ended) return std::optional<RunReport>();
    RunReport report;
    if (!std::exchange(seat_told_, true)) {
      report.kind = RunReport::Kind::seat_ended;
      report.seat.seat = seat_;
      report.seat.verdict = stopped_ ? Verdict::killed : Verdict::ok;
    }
    return std::optional<RunReport>(std::move(report));
  }
  Result<void> stop(milliseconds) override {
    stopped_ = !programs_->ended;
    programs_->ended = true;
    return {};
  }
  Result<void> extend_lease(BootClock::time_point deadline) override {
    if (world_.now() < programs_->deadline) programs_->deadline = deadline;  // the dead stay dead
    return {};
  }

 private:
  World& world_;
  const std::shared_ptr<Programs> programs_;
  const std::string seat_;
  bool stopped_ = false;
  bool seat_told_ = false;
};

class WorldExecutor : public Executor {
 public:
  explicit WorldExecutor(World& world) : world_(world) {}

  ExecutorCapabilities capabilities() const override { return {}; }
  Result<void> prepare(const MatchPlan&, const Context&) override {
    if (world_.chance(2)) return Error{ErrorCode::not_found, "no such program", "simulation"};
    if (world_.chance(2)) return down("the launcher");
    return {};
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context&) override {
    if (world_.chance(2)) return down("the launcher");
    if (world_.below(4) == 0) std::ofstream(plan.spool_folder + "/output/replay") << plan.match_id;
    return std::unique_ptr<Run>(std::make_unique<WorldRun>(world_, plan));
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan&, const Context&) override {
    return Error{ErrorCode::unsupported, "no run outlives its runner here", "simulation"};
  }

 private:
  World& world_;
};

}  // namespace

std::shared_ptr<StateStore> make_store(World& world, std::shared_ptr<Line> line) {
  return std::make_shared<LineStore>(world, std::move(line));
}
std::shared_ptr<ArtifactSink> make_artifacts(World& world) { return std::make_shared<WorldArtifacts>(world); }
std::shared_ptr<EventSink> make_sink(World& world) { return std::make_shared<WorldSink>(world); }
std::shared_ptr<Executor> make_executor(World& world) { return std::make_shared<WorldExecutor>(world); }

}  // namespace matchrunner::simulation
