// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/leftovers.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <vector>

#include "adapters/docker/container.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "adapters/docker/prepared_image.hpp"
#include "adapters/docker/saved_log.hpp"
#include "base/backoff.hpp"
#include "base/clocks.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::minutes sweep_every{1};
constexpr std::chrono::seconds longest_removal_by_others{10};
constexpr std::chrono::seconds longest_use{30};  // of a network or volume, by a container that is yet to be listed
constexpr Backoff patience{milliseconds(50), milliseconds(1000)};
constexpr std::chrono::seconds longest_saving{10};  // of one

// In the order in which they can be removed.
struct KindRow {
  const char* what;
  const char* list;    // path of the list, up to its filter
  const char* member;  // of the answer that is the list; empty: it is the list
  const char* id;
  const char* path;
  const char* options;
  const char* gone;  // below its path: answers when somebody else has removed it; empty: there is no such call
};
constexpr KindRow kind_rows[] = {
    {"container", "/containers/json?all=1&filters=", "", "Id", "/containers/", "?force=1&v=1",
     "/wait?condition=removed"},
    {"network", "/networks?filters=", "", "Id", "/networks/", "", ""},
    {"volume", "/volumes?filters=", "Volumes", "Name", "/volumes/", "", ""},
};

constexpr const KindRow& container_row = kind_rows[0];

std::uint64_t epoch_of(const Json& one) {
  const std::string text = label_of(one, epoch_label);
  std::uint64_t epoch = 0;
  std::from_chars(text.data(), text.data() + text.size(), epoch);
  return epoch;
}

// By a container that was still being made when the containers were listed, or is not quite gone.
bool is_in_use(const Error& error) {
  return error.code == ErrorCode::conflict || error.code == ErrorCode::permission_denied;
}

bool belongs_to_no_match(const Json& one) {
  const auto spool = percent_decode(label_of(one, spool_label));
  return spool && !spool->empty() && ::access((*spool + "/work").c_str(), F_OK) != 0 && errno == ENOENT;
}

// Those with this label; an array of objects.
Result<Json> list(Engine& engine, const KindRow& kind, const char* label, const std::string& value,
                  const Context& context) {
  const Json filters = {{"label", {std::string(label) + "=" + value}}};
  const auto answer = engine.call(engine.request("GET", kind.list + escaped(filters.dump())), kind.what, context);
  if (!answer) return answer.error();
  Json all = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (*kind.member != '\0') {
    const Json* const member = part_of(all, kind.member);
    all = member == nullptr || member->is_null() ? Json::array() : Json(*member);
  }
  if (!all.is_array())
    return Error{ErrorCode::corrupt_data, std::string("the engine's list of each ") + kind.what + " is none", origin};
  return all;
}

// Of the run whose folder the plan names; as far as that goes.
void save_its_log(Engine& engine, const Json& one, const MatchPlan& plan, const Context& context) {
  const std::vector<Seat>& seats = plan.game.seats;
  const auto seat = std::find_if(seats.begin(), seats.end(),
                                 [&](const Seat& each) { return each.name == label_of(one, seat_label); });
  const Context saving{std::min(context.deadline, Context::within(longest_saving).deadline), context.stop};
  if (seat != seats.end()) [[maybe_unused]]
    const auto saved = save_log(engine, plan, *seat, name_of(one), saving);
}

Result<void> remove(Engine& engine, const KindRow& kind, const Json& one, const Context& context) {
  // By its name, if it has one: who took a container over has named it anew, and then it is not removed.
  const std::string name = name_of(one);
  const std::string id = name.empty() ? text_at(one, kind.id) : name;
  const std::string path = kind.path + escaped(id), what = std::string(kind.what) + " " + id;
  auto removed = engine.call(engine.request("DELETE", path + kind.options), what, context);
  if (!removed && removed.error().code == ErrorCode::conflict && *kind.gone != '\0') {
    auto going = engine.request("POST", path + kind.gone);
    going.may_be_silent = true;
    const auto deadline = std::min(context.deadline, Context::within(longest_removal_by_others).deadline);
    removed = engine.call(std::move(going), what, {deadline, context.stop});
  }
  if (!removed && removed.error().code != ErrorCode::not_found) return std::move(removed).error();
  return {};
}

}  // namespace

Result<Json> list_containers(Engine& engine, const char* label, const std::string& value, const Context& context) {
  return list(engine, container_row, label, value, context);
}

std::string label_of(const Json& one, const char* label) {
  const Json* const labels = part_of(one, "Labels");
  return labels == nullptr ? std::string() : text_at(*labels, label);
}

std::string name_of(const Json& one) {
  const Json* const names = part_of(one, "Names");
  if (names == nullptr || !names->is_array() || names->empty() || !names->front().is_string()) return {};
  const std::string name = names->front().get<std::string>();
  return name.substr(name.starts_with('/') ? 1 : 0);
}

std::uint64_t owner_of(const Json& one, const MatchPlan& plan) {
  const std::uint64_t owner = owner_epoch(name_of(one), plan.unique_id);
  return owner == 0 ? epoch_of(one) : owner;
}

bool is_of_run(const Json& one, const MatchPlan& plan) {
  return label_of(one, host_label) == this_host() && label_of(one, spool_label) == percent_encode(plan.spool_folder);
}

Result<void> Leftovers::remove_older_than(const MatchPlan& plan, Spare spare, const Context& context) {
  const auto give_up = std::min(context.deadline, Context::within(longest_use).deadline);
  for (int looks = 1;; ++looks) {
    auto removed = remove_what_is_listed(plan, spare, context);
    if (removed || !is_in_use(removed.error()) || Context::Clock::now() >= give_up) return removed;
    let_pass(wait_after(looks, patience), context);
  }
}

Result<void> Leftovers::remove_what_is_listed(const MatchPlan& plan, Spare spare, const Context& context) {
  for (const KindRow& kind : kind_rows) {
    const auto all = list(*engine_, kind, unique_id_label, plan.unique_id, context);
    if (!all) return all.error();
    // A later runner's: what they are joined to is not ours to remove either.
    if (std::any_of(all->begin(), all->end(), [&](const Json& one) { return owner_of(one, plan) > plan.epoch; }))
      return {};
    for (const Json& one : *all) {
      const bool is_ours = is_of_run(one, plan);
      if (epoch_of(one) >= plan.epoch || owner_of(one, plan) > plan.epoch || (spare == Spare::its_run && is_ours))
        continue;
      if (&kind == &container_row && is_ours) save_its_log(*engine_, one, plan, context);
      if (auto removed = remove(*engine_, kind, one, context); !removed) return removed;
    }
  }
  return {};
}

void Leftovers::sweep(const Context& context) {
  const auto now = std::chrono::steady_clock::now();
  if (now < sweep_at_) return;
  sweep_at_ = now + sweep_every;
  for (const KindRow& kind : kind_rows) {
    const auto all = list(*engine_, kind, host_label, this_host(), context);
    if (!all) return;
    for (const Json& one : *all)
      if (belongs_to_no_match(one)) [[maybe_unused]]
        const auto removed = remove(*engine_, kind, one, context);
  }
  sweep_prepared(*engine_, context);
}

}  // namespace matchrunner::docker
