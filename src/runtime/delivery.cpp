// SPDX-License-Identifier: Apache-2.0
#include "runtime/delivery.hpp"

#include <algorithm>

#include "runtime/match_targets.hpp"

namespace matchrunner {
namespace {

// A slower line is one that stands still. Several share it.
constexpr std::uint64_t least_bytes_a_ms = 2;

bool has_uri(const Artifact& artifact) { return !artifact.uri.empty(); }

std::vector<Artifact> all_missing(std::vector<Artifact> artifacts) {
  for (Artifact& artifact : artifacts)
    if (!has_uri(artifact)) artifact.missing = true;
  return artifacts;
}

// What is stored is what was described when its match ended, which may be long ago.
Result<void> check_unchanged(const Artifact& artifact, int fd) {
  const auto now = described(artifact.name, fd);
  if (!now) return now.error();
  if (now->sha256 == artifact.sha256) return {};
  return Error{ErrorCode::corrupt_data,
               "artifact " + artifact.name + ": expected SHA-256 " + artifact.sha256 +
                   ", as when its match ended, found " + now->sha256,
               "spool"};
}

Error closed() { return {ErrorCode::cancelled, "its runner closed"}; }

}  // namespace

Delivery::Delivery(RunnerState& state, std::unique_ptr<MatchClaim> claim, Kind kind, const std::stop_token& leave)
    : state_(state),
      claim_(std::move(claim)),
      on_leave_(leave, [this] { stop_.request_stop(); }),
      on_loss_(claim_->lease().loss(), [this] { stop_.request_stop(); }) {
  const Match& match = claim_->match();
  const bool here = match.spool_host == state_.host_name;
  const auto spooled = here ? spooled_artifacts(match.spool_folder) : Result<SpooledArtifacts>(SpooledArtifacts());
  if (!spooled) {
    spool_error_ = spooled.error();
    return;
  }
  surplus_ = spooled->more;
  for (const std::string& name : spooled->names) add(name, kind);
  if (spooled->names.empty())
    for (Artifact& artifact : all_missing(match.artifacts)) items_.push_back({.artifact = std::move(artifact)});
  const Lock lock(mutex_);
  for (const Item& item : items_) unsettled_ += item.state == State::waiting ? 1 : 0;
}

void Delivery::add(const std::string& name, Kind kind) {
  const Match& match = claim_->match();
  const auto known = std::find_if(match.artifacts.begin(), match.artifacts.end(),
                                  [&](const Artifact& artifact) { return artifact.name == name; });
  Item item;
  if (known != match.artifacts.end()) {
    item.artifact = *known;
  } else {
    const auto file = open_spooled(match.spool_folder, name);
    if (!file && file.error().code == ErrorCode::not_found) return;
    auto artifact = file ? described(name, file->get()) : Result<Artifact>(file.error());
    if (!artifact) {
      if (!spool_error_) spool_error_ = artifact.error();
      return;
    }
    item.artifact = *std::move(artifact);
  }
  if (kind == Kind::storing && !has_uri(item.artifact)) find_sink(item);
  items_.push_back(std::move(item));
}

// To open one may take long: not again after one that was away.
void Delivery::find_sink(Item& item) {
  item.state = State::left;
  if (away_) return;
  const auto sink = stop_.stop_requested() ? Result<std::shared_ptr<SharedArtifacts>>(closed())
                                           : sink_of(state_, claim_->match(), item.artifact.name);
  if (sink) {
    item.sink = *sink;
    item.state = State::waiting;
    return;
  }
  item.error = sink.error();
  item.of_sink = true;
  away_ = passes(sink.error().code);
  if (!away_) item.state = State::refused;
}

std::optional<std::size_t> Delivery::take() {
  const Lock lock(mutex_);
  const SharedArtifacts* full = nullptr;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    if (item.state != State::waiting || item.sink.get() == full) continue;
    if (!stop_.stop_requested()) {  // else it is not brought any more, and needs no place
      item.entered = item.sink->try_enter();
      if (!item.entered) full = item.sink.get();
      if (!item.entered) continue;
    }
    item.state = State::under_way;
    return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Delivery::take_patiently() {
  auto item = items_.end();
  {
    const Lock lock(mutex_);
    item = std::find_if(items_.begin(), items_.end(), [](const Item& each) { return each.state == State::waiting; });
    if (item == items_.end()) return std::nullopt;
    item->state = State::under_way;
  }
  item->sink->enter();
  item->entered = true;
  return static_cast<std::size_t>(item - items_.begin());
}

// For what is known of all its artifacts: so that a long one can be stored at all, and a short one does not wait.
Context Delivery::context() {
  const Lock lock(mutex_);
  if (!deadline_) {
    std::uint64_t bytes = 0;
    for (const Item& item : items_) bytes += item.state == State::stored ? 0 : item.artifact.bytes;
    const milliseconds patience = state_.options.collect_timeout + milliseconds(bytes / least_bytes_a_ms);
    deadline_ = Context::within(patience).deadline;
  }
  return {*deadline_, stop_.get_token()};
}

bool Delivery::bring(std::size_t index) {
  Item& item = items_[index];
  auto uri = store(item, context());
  if (item.entered) item.sink->leave();
  item.sink.reset();
  const Lock lock(mutex_);
  settle(item, std::move(uri));
  return item.state == State::stored;
}

Result<std::string> Delivery::store(Item& item, const Context& context) {
  if (stop_.stop_requested()) return closed();
  const Match& match = claim_->match();
  const std::string& name = item.artifact.name;
  const auto file = open_spooled(match.spool_folder, name);
  if (!file) return file.error();
  if (auto same = check_unchanged(item.artifact, file->get()); !same) return same.error();
  item.of_sink = true;
  SharedArtifacts::Progress progress;
  if (item.sink->remote()) {
    progress.token = upload_token(match.spool_folder, name);
    progress.keep = [&](const std::string& token) { keep_upload_token(match.spool_folder, name, token); };
  }
  auto uri = item.sink->store({match.id, match.epoch, name}, file->get(), progress, context);
  if (!uri && stop_.stop_requested()) return closed();
  note_health(*item.sink, uri);
  return uri;
}

// What a sink of this host refuses for good may be that artifact's fault alone.
void Delivery::note_health(const SharedArtifacts& sink, const Result<std::string>& uri) {
  if (&sink != &state_.artifacts) return;
  if (uri)
    state_.health.note(artifacts_part, {});
  else if (sink.remote() || passes(uri.error().code))
    state_.health.note(artifacts_part, uri.error());
}

void Delivery::settle(Item& item, Result<std::string> uri) {
  --unsettled_;
  if (uri) {
    item.artifact.uri = *std::move(uri);
    item.state = State::stored;
    return;
  }
  if (!item.of_sink && uri.error().code == ErrorCode::not_found) {
    item.state = State::gone;
    return;
  }
  item.error = uri.error();
  const bool away = passes(uri.error().code);
  item.state = away ? State::left : State::refused;
  if (!away) return;
  for (Item& other : items_) {
    if (other.state != State::waiting) continue;
    other.state = State::left;
    --unsettled_;
  }
}

bool Delivery::claim_end() {
  const Lock lock(mutex_);
  if (unsettled_ > 0 || ended_) return false;
  return ended_ = true;
}

Collected Delivery::collected() const {
  const bool remote = stores_remotely(state_, claim_->match());
  Collected all;
  all.error = spool_error_;
  all.surplus = surplus_;
  bool again = all.error && passes(all.error->code);
  for (const Item& item : items_) {
    if (item.state == State::gone) continue;
    all.artifacts.push_back(item.artifact);
    if (!item.error) continue;
    const bool its_again = passes(item.error->code) || (item.of_sink && remote);
    if (all.error && (again || !its_again)) continue;
    all.error = item.error;
    all.refused = item.of_sink;
    again = its_again;
  }
  return all;
}

}  // namespace matchrunner
