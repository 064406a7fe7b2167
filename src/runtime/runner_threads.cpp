// SPDX-License-Identifier: Apache-2.0
#include "runtime/runner_threads.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <thread>

#include "base/digest.hpp"
#include "base/percent.hpp"
#include "matchrunner/base/ids.hpp"
#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds shortest_lease{500};
constexpr milliseconds shortest_flush{1000};
constexpr milliseconds look_again{50};

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

Error bad_option(const std::string& what) { return {ErrorCode::invalid_argument, what, "runner"}; }

std::string secret_key(const RunnerOptions& options) {
  if (!options.secret_key.empty()) return options.secret_key;
  const char* const given = std::getenv(secret_key_variable);
  return given == nullptr ? std::string() : given;
}

Result<void> check(const RunnerOptions& options) {
  if (!options.store) return bad_option("store: expected a StateStore, found none");
  if (options.workers != 0 && !options.executor)
    return bad_option("executor: expected one where workers run, found none; workers = 0 submits and watches only");
  if (options.workers != 0 && !options.artifacts && options.targets.empty())
    return bad_option("artifacts: expected an ArtifactSink where workers run, found none");
  if (!is_valid_id(options.pool))
    return bad_option("pool: expected 1 to 128 of A-Z a-z 0-9 . _ -, found \"" + options.pool + "\"");
  if (options.slots > 1000) return bad_option("slots: expected 0 to 1000, found " + std::to_string(options.slots));
  if (options.workers < -1 || options.workers > 1000)
    return bad_option("workers: expected -1 to 1000, found " + std::to_string(options.workers));
  if (options.lease < shortest_lease)
    return bad_option("lease: expected at least 500 ms, found " + std::to_string(options.lease.count()));
  for (const auto& [name, sink] : options.sinks)
    if (!sink || !is_valid_id(name))
      return bad_option("sinks: expected an EventSink under an id, found \"" + name + "\"");
  for (const auto& source : options.sources)
    if (!source) return bad_option("sources: expected a CommandSource, found none");
  return {};
}

// A target that is not there now is said now; later ones are waited for.
Result<void> reach_streams(const std::map<std::string, std::string>& streams) {
  for (const auto& [pattern, url] : streams) {
    const auto sink = open_artifact_sink(url);
    if (sink) continue;
    Error error = sink.error();
    error.message = "streams." + without_controls(pattern) + ": " + error.message;
    return error;
  }
  return {};
}

}  // namespace

RunnerThreads::RunnerThreads(RunnerOptions options, Spool spool, std::string host, SecretKeys keys, std::uint64_t head,
                             bool works, bool follows)
    : state_(std::move(options), std::move(spool), std::move(host), {}, std::move(keys)),
      collector_(state_),
      keeper_(state_, collector_, head, works),
      follows_pool_(follows) {
  state_.news->reached(head);
  state_.health.add(store_part);
  if (works) state_.health.add(executor_part);
  if (works && state_.artifacts.present()) state_.health.add(artifacts_part);
}

Result<std::unique_ptr<RunnerThreads>> RunnerThreads::open(RunnerOptions options) {
  if (auto checked = check(options); !checked) return checked.error();
  auto keys = SecretKeys::of(secret_key(options));
  if (!keys) return keys.error();
  const Context context = Context::within(store_patience);
  const std::string host = host_name();
  if (options.name.empty()) options.name = host + ":" + std::to_string(::getpid()) + ":" + random_hex(4);

  const bool follows = options.workers < 0 && options.only_match.empty();
  if (options.slots != 0 || options.workers != 0) {
    const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
    const auto size =
        SlotPool(*options.store, options.pool).ensure(options.slots, options.workers != 0 ? cores : 0, context);
    if (!size) return size.error();
    if (options.workers < 0) options.workers = options.only_match.empty() ? static_cast<std::int32_t>(*size) : 1;
  }
  const bool works = options.workers > 0;
  if (works)
    if (auto reached = reach_streams(options.streams); !reached) return reached.error();
  auto spool = works ? Spool::open(options.spool_folder) : Result<Spool>(Spool(options.spool_folder));
  if (!spool) return spool.error();
  EventQuery end;
  end.after = std::numeric_limits<std::uint64_t>::max();
  const auto journal = options.store->events(end, context);
  if (!journal) return journal.error();

  std::unique_ptr<RunnerThreads> threads(new RunnerThreads(std::move(options), *std::move(spool), host,
                                                           *std::move(keys), journal->next_after, works, follows));
  threads->keeper_.start();
  if (works) threads->collector_.start();
  const RunnerOptions& kept = threads->state_.options;
  threads->add_workers(static_cast<std::size_t>(std::max(kept.workers, 0)));
  for (const auto& [name, sink] : kept.sinks) {
    threads->state_.health.add("sink " + name);
    threads->outboxes_.push_back(std::make_unique<Outbox>(threads->state_, name, sink));
    if (auto enrolled = threads->outboxes_.back()->enroll(); !enrolled) return enrolled.error();
    threads->outboxes_.back()->start();
  }
  for (const auto& source : kept.sources) {
    const std::string part = "source " + std::to_string(threads->intakes_.size());
    threads->state_.health.add(part);
    threads->intakes_.push_back(std::make_unique<Intake>(threads->state_, source, part));
    threads->intakes_.back()->start();
  }
  return threads;
}

void RunnerThreads::add_workers(std::size_t count) {
  const Lock lock(growing_);
  while (workers_.size() < count && !state_.work.closed()) {
    workers_.push_back(std::make_unique<MatchWorker>(state_, collector_));
    workers_.back()->start();
  }
}

void RunnerThreads::follow_pool(std::uint32_t slots) {
  if (follows_pool_) add_workers(slots);
}

RunnerHealth RunnerThreads::health() const {
  RunnerHealth health;
  health.parts = state_.health.parts();
  health.silent = state_.health.silent();
  health.name = state_.options.name;
  health.taking = !state_.work.closed();
  const Lock lock(growing_);
  health.workers = static_cast<std::uint32_t>(workers_.size());
  return health;
}

void RunnerThreads::close(milliseconds grace) {
  if (grace <= milliseconds(0)) hurry_.request_stop();  // a close under way waits no longer
  const Lock lock(closing_);
  if (closed_) return;
  closed_ = true;
  const auto end_of_grace = Context::within(grace, hurry_.get_token());
  state_.work.close();  // first: a source may take a while to let go
  for (const auto& intake : intakes_) intake->close();
  // Matches under way keep their leases until they end; the keeper goes on renewing them.
  while (end_of_grace.check()) {
    const auto held = state_.leases.all();
    const bool busy =
        std::any_of(held.begin(), held.end(), [](const auto& lease) { return lease->key().kind == "slot"; });
    if (!busy) break;
    // A lease leaves the book after the news of its end: look again now and then.
    Context slice = Context::within(look_again, end_of_grace.stop);
    slice.deadline = std::min(slice.deadline, end_of_grace.deadline);
    [[maybe_unused]] const auto waited = state_.news->wait_past(state_.news->head(), slice);
  }
  state_.leases.close("match");  // a claim that a worker is just making is given back as well
  std::vector<std::unique_ptr<MatchWorker>> workers;
  {
    const Lock growing(growing_);
    workers.swap(workers_);  // none comes after: the work is closed
  }
  for (const auto& worker : workers) worker->join();
  if (state_.options.return_queued)
    for (const auto& intake : intakes_) intake->return_queued(Context::within(std::max(grace, shortest_flush)));
  collector_.close();
  state_.streams.close();
  for (const auto& outbox : outboxes_) outbox->close(std::max(grace, shortest_flush));
  keeper_.close();
  state_.news->close();
}

}  // namespace matchrunner
