// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/earlier_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "adapters/docker/container.hpp"
#include "adapters/docker/engine_time.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/leftovers.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

using std::chrono::nanoseconds;

Error not_whole() { return {ErrorCode::not_found, "the match does not run here any more", origin}; }

std::string note_path(const MatchPlan& plan, const std::string& what) {
  return std::filesystem::path(plan.spool_folder) / "work" / what;
}

// Nothing that was not written to its end is believed.
EndedBy ended_by_note(const MatchPlan& plan, const std::string& seat) {
  std::ifstream file(note_path(plan, seat + ".ended_by"));
  int number = 0;
  std::string end;
  if (!(file >> number >> end) || end != "." || number < 0 || number > static_cast<int>(EndedBy::infrastructure))
    return EndedBy::itself;
  return static_cast<EndedBy>(number);
}

std::string seconds_with_fraction(nanoseconds moment) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
  std::string fraction = std::to_string((moment - seconds).count());
  return std::to_string(seconds.count()) + "." + std::string(9 - fraction.size(), '0') + fraction;
}

// An engine keeps what happened lately, and forgets it when it is started anew; then, and when it ends, it ends all
// containers by signals.
struct SeenEnd {
  bool seen;
  bool by_signal_from_outside;
};
Result<SeenEnd> end_of(Engine& engine, const std::string& id, nanoseconds from, nanoseconds until,
                       const Context& context) {
  const Json filters = {{"container", {id}}, {"event", {"die", "kill"}}};
  const auto answer = engine.call(
      engine.request("GET", "/events?since=" + seconds_with_fraction(from) + "&until=" + seconds_with_fraction(until) +
                                "&filters=" + escaped(filters.dump())),
      "events", context);
  if (!answer) return answer.error();
  const auto has = [&](const char* action) { return answer->body.find(action) != std::string::npos; };
  return SeenEnd{has("\"Action\":\"die\""), has("\"Action\":\"kill\"")};
}

// When the engine was started, by its default network, which it then makes anew; nothing where it has none.
Result<std::optional<nanoseconds>> begin_of(Engine& engine, const Context& context) {
  const auto answer = engine.call(engine.request("GET", "/networks/bridge"), "default network", context);
  if (answer) return moment_from(text_at(object_from(answer->body), "Created"));
  if (answer.error().code == ErrorCode::not_found) return std::optional<nanoseconds>();
  return answer.error();
}

// What it is like now that it is ours, by what the engine said of it before `now`.
Result<FoundSeat> look_at(Engine& engine, const MatchPlan& plan, const Seat& seat, const Json& container,
                          nanoseconds now, const Context& context) {
  const Json* const state = part_of(container, "State");
  const auto started = state == nullptr ? std::nullopt : moment_from(text_at(*state, "StartedAt"));
  if (!started) return not_whole();
  FoundSeat found;
  found.id = text_at(container, "Id");
  found.runs = flag_at(*state, "Running");
  found.age = now - *started;
  found.ended_by = ended_by_note(plan, seat.name);
  if (found.ended_by == EndedBy::infrastructure) return not_whole();
  if (found.runs) return found;
  const auto ended = moment_from(text_at(*state, "FinishedAt"));
  const Json* const code = part_of(*state, "ExitCode");
  if (!ended || code == nullptr || !code->is_number_integer() || text_at(*state, "Status") != "exited")
    return not_whole();
  found.lifetime = *ended - *started;
  found.ended_ago = now - *ended;
  found.exit_code = code->get<int>();
  const auto end = end_of(engine, found.id, *started, now, context);
  if (!end) return end.error();
  const bool is_its_own = found.ended_by != EndedBy::itself || !end->by_signal_from_outside;
  if (!is_its_own || (!end->seen && found.exit_code != 0)) return not_whole();
  if (end->seen) return found;
  // It may be long ago. Or it was while there was no engine, which then has not read what it said last.
  const auto began = begin_of(engine, context);
  if (!began) return began.error();
  if (*began && **began > *started) return not_whole();
  return found;
}

// An engine that names anew what it is removing lists it until it is started anew, and knows nothing of it.
bool is_being_removed(const Json& listed) {
  const std::string state = text_at(listed, "State");
  return state == "removing" || state == "dead";
}

Result<void> give_name(Engine& engine, const std::string& name, const MatchPlan& plan, const Seat& seat,
                       const Context& context) {
  const std::string ours = container_name(plan, seat);
  if (name == ours) return {};
  const auto renamed =
      engine.call(engine.request("POST", "/containers/" + name + "/rename?name=" + ours), "seat " + seat.name, context);
  if (renamed) return {};
  const bool is_away = renamed.error().code == ErrorCode::not_found || renamed.error().code == ErrorCode::conflict;
  return is_away ? not_whole() : renamed.error();
}

}  // namespace

void note_started(const MatchPlan& plan) { std::ofstream(note_path(plan, "started")) << "."; }

void note_ended_by(const MatchPlan& plan, const std::string& seat, EndedBy reason) {
  std::ofstream(note_path(plan, seat + ".ended_by")) << static_cast<int>(reason) << " .";
}

Result<std::vector<FoundSeat>> take_over(Engine& engine, const MatchPlan& plan, const Context& context) {
  if (::access(note_path(plan, "started").c_str(), F_OK) != 0) return not_whole();
  const auto all = list_containers(engine, unique_id_label, plan.unique_id, context);
  if (!all) return all.error();
  std::vector<std::string> names;
  for (const Seat& seat : plan.game.seats) {
    const auto of_seat = std::find_if(all->begin(), all->end(), [&](const Json& one) {
      return label_of(one, seat_label) == seat.name && is_of_run(one, plan) && owner_of(one, plan) <= plan.epoch;
    });
    if (of_seat == all->end() || is_being_removed(*of_seat)) return not_whole();
    names.push_back(name_of(*of_seat));
  }
  const std::vector<Seat>& seats = plan.game.seats;
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (auto renamed = give_name(engine, names[i], plan, seats[i], context); !renamed)
      return std::move(renamed).error();
  std::vector<Json> containers;
  for (const Seat& seat : seats) {
    const auto state = engine.call(engine.request("GET", "/containers/" + container_name(plan, seat) + "/json"),
                                   "seat " + seat.name, context);
    if (!state) return state.error();
    containers.push_back(object_from(state->body));
  }
  const auto about = engine.call(engine.request("GET", "/info"), "info", context);
  if (!about) return about.error();
  const auto now = moment_from(text_at(object_from(about->body), "SystemTime"));  // by the engine's own clock
  if (!now) return not_whole();
  std::vector<FoundSeat> found;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    auto one = look_at(engine, plan, seats[i], containers[i], *now, context);
    if (!one) return std::move(one).error();
    found.push_back(*std::move(one));
  }
  return found;
}

}  // namespace matchrunner::docker
