// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/match_network.hpp"

#include <algorithm>

#include "adapters/docker/container.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/clocks.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr const char* way_out = ".out";
constexpr std::chrono::seconds longest_network_making{30};
constexpr milliseconds look_again{200};
constexpr std::chrono::seconds addresses_every{1};
constexpr std::chrono::minutes longest_wait_for_addresses{10};

// As engines before and since version 27 say it.
bool has_no_addresses(const Error& error) {
  return error.message.find("non-overlapping IPv4 address pool") != std::string::npos ||
         error.message.find("address pools have been fully subnetted") != std::string::npos;
}

}  // namespace

// While other matches have all addresses it waits for one of them to end, and keeps none meanwhile: two that had one
// network each would wait for each other.
Result<void> MatchNetwork::create(const MatchPlan& plan, const Context& context) {
  const auto give_up = Context::Clock::now() + longest_wait_for_addresses;
  std::string why;  // the engine's words
  while (true) {
    auto made = create_all(plan, context);
    const bool is_late = !made && made.error().code == ErrorCode::timeout && !why.empty();
    if (made || (!is_late && !has_no_addresses(made.error()))) return made;
    if (!is_late) why = made.error().message;
    if (auto removed = remove(Context::within(longest_network_making)); !removed) return removed;
    if (!is_late) let_pass(addresses_every, context);
    if (context.stop.stop_requested()) return context.check();
    if (!context.check() || Context::Clock::now() >= give_up)
      return Error{ErrorCode::resource_exhausted,
                   "network: expected fewer matches at once, or more default-address-pools of the engine: " + why,
                   origin};
  }
}

Result<void> MatchNetwork::create_all(const MatchPlan& plan, const Context& context) {
  inner_.name = run_name(plan);
  outer_.name = inner_.name + way_out;
  if (auto made = create(inner_, /*is_internal=*/true, plan, context); !made) return made;
  const bool wanted =
      std::any_of(plan.game.seats.begin(), plan.game.seats.end(), [](const Seat& seat) { return seat.network; });
  return wanted ? create(outer_, /*is_internal=*/false, plan, context) : Result<void>();
}

Result<void> MatchNetwork::create(One& one, bool is_internal, const MatchPlan& plan, const Context& context) {
  Json body = {{"Name", one.name},
               {"Driver", "bridge"},
               {"CheckDuplicate", true},
               {"Internal", is_internal},
               {"Labels", run_labels(plan)}};
  // Else the host itself would be on it, with all that listens there.
  if (is_internal) body["Options"] = {{"com.docker.network.bridge.inhibit_ipv4", "true"}};
  const std::string text = body.dump();
  if (auto going = context.check(); !going) return going;
  // Not to be cut short: the engine would make it all the same, and nobody would know its id.
  auto made = engine_->call(engine_->json_request("POST", "/networks/create", text), "network",
                            Context::within(longest_network_making));
  if (!made && made.error().code == ErrorCode::conflict)
    return Error{ErrorCode::conflict, "this match and epoch is running already", origin};
  if (!made) return std::move(made).error();
  one.id = text_at(object_from(made->body), "Id");
  if (one.id.empty()) return Error{ErrorCode::corrupt_data, "network: the engine made one of no id", origin};
  return {};
}

Result<void> MatchNetwork::adopt(const MatchPlan& plan, const Context& context) {
  const Json filters = {{"label",
                         {std::string(unique_id_label) + "=" + plan.unique_id,
                          std::string(spool_label) + "=" + percent_encode(plan.spool_folder)}}};
  const auto answer =
      engine_->call(engine_->request("GET", "/networks?filters=" + escaped(filters.dump())), "network", context);
  if (!answer) return answer.error();
  const Json all = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (all.is_array())
    for (const Json& one : all) {
      const std::string name = text_at(one, "Name");
      (name.ends_with(way_out) ? outer_ : inner_) = {name, text_at(one, "Id")};
    }
  if (inner_.id.empty()) return Error{ErrorCode::not_found, "network: it is not there any more", origin};
  return {};
}

Result<void> MatchNetwork::let_out(const std::string& container, const Context& context) {
  const std::string body = Json{{"Container", container}}.dump();
  auto joined = engine_->call(engine_->json_request("POST", "/networks/" + outer_.id + "/connect", body),
                              "network: a way out", context);
  return joined ? Result<void>() : Result<void>(std::move(joined).error());
}

Result<void> MatchNetwork::remove(const Context& context) {
  auto inner = remove(inner_, context);
  auto outer = remove(outer_, context);
  if (!inner) return inner;
  return outer;
}

Result<void> MatchNetwork::remove(One& one, const Context& context) {
  if (one.id.empty()) return {};
  auto removed = engine_->call(engine_->request("DELETE", "/networks/" + one.id), "network", context);
  // Of a container that is gone the engine may not have taken it out yet.
  while (!removed && removed.error().code == ErrorCode::permission_denied && context.remaining() > look_again) {
    let_pass(look_again, context);
    removed = engine_->call(engine_->request("DELETE", "/networks/" + one.id), "network", context);
  }
  if (!removed && removed.error().code != ErrorCode::not_found) return std::move(removed).error();
  one.id.clear();
  return {};
}

}  // namespace matchrunner::docker
