// SPDX-License-Identifier: Apache-2.0
#include "open/executor_choice.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

bool runs(const ExecutorCapabilities& can, const Game& game) {
  const auto starts = [&](const Seat& seat) {
    return (!seat.command || can.commands) && (!seat.image || can.images) && (!seat.custom || can.custom);
  };
  return std::find(can.wirings.begin(), can.wirings.end(), game.wiring) != can.wirings.end() &&
         std::all_of(game.seats.begin(), game.seats.end(), starts);
}

void add_to(ExecutorCapabilities& all, const ExecutorCapabilities& more) {
  for (const Wiring wiring : more.wirings)
    if (std::find(all.wirings.begin(), all.wirings.end(), wiring) == all.wirings.end()) all.wirings.push_back(wiring);
  all.commands |= more.commands;
  all.images |= more.images;
  all.custom |= more.custom;
  all.adopts |= more.adopts;
}

class ChosenExecutor final : public Executor {
 public:
  explicit ChosenExecutor(const std::vector<ExecutorChoice>& choices) {
    for (const ExecutorChoice& choice : choices) hands_.push_back({choice, nullptr});
  }

  // Of all that have been asked for so far.
  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities all;
    for (const Hand& hand : hands_)
      if (hand.executor) add_to(all, hand.executor->capabilities());
    return all;
  }

  ExecutorCapabilities capabilities_for(const MatchPlan& plan) override {
    const auto chosen = choose(plan);
    return chosen ? (*chosen)->capabilities_for(plan) : ExecutorCapabilities();
  }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    const auto chosen = choose(plan);
    return chosen ? (*chosen)->prepare(plan, context) : Result<void>(chosen.error());
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    const auto chosen = choose(plan);
    return chosen ? (*chosen)->start(plan, context) : Result<std::unique_ptr<Run>>(chosen.error());
  }

  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    const auto chosen = choose(plan);
    return chosen ? (*chosen)->adopt(plan, context) : Result<std::unique_ptr<Run>>(chosen.error());
  }

 private:
  struct Hand {
    ExecutorChoice choice;
    std::shared_ptr<Executor> executor;  // once a match has asked for it
  };

  Result<Executor*> choose(const MatchPlan& plan) {
    std::optional<Error> away;
    std::string urls;
    for (Hand& hand : hands_) {
      urls += (urls.empty() ? "" : ", ") + hand.choice.url;
      if (!hand.executor) {
        auto made = hand.choice.make();
        if (!made) {
          if (!away) away = made.error();
          continue;
        }
        hand.executor = *std::move(made);
      }
      if (runs(hand.executor->capabilities(), plan.game)) return hand.executor.get();
    }
    if (away) return *away;  // it may be the one
    return Error{ErrorCode::unsupported, "none of the executors makes its wiring and starts all of its seats: " + urls};
  }

  std::vector<Hand> hands_;
};

}  // namespace

ExecutorFactory choose_executor(std::vector<ExecutorChoice> choices) {
  return [choices = std::move(choices)] {
    return Result<std::shared_ptr<Executor>>(std::make_shared<ChosenExecutor>(choices));
  };
}

Result<ExecutorFactory> open_each(const std::string& urls, const OpenExecutor& open_one) {
  std::vector<ExecutorChoice> choices;
  std::istringstream words(urls);
  for (std::string url; words >> url;) {
    if (!choices.empty() && url.find("://") == url.npos)  // which may be the end of a password
      return Error{ErrorCode::invalid_argument, "expected a URL behind each space, found none: a space in one is %20"};
    auto made = open_one(url);
    if (!made) return made;
    choices.push_back({masked_url(url), *std::move(made)});
  }
  if (choices.empty()) return open_one(urls);  // says what is wrong with it
  return choices.size() == 1 ? std::move(choices.front().make) : choose_executor(std::move(choices));
}

}  // namespace matchrunner
