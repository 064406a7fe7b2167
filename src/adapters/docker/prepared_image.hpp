// SPDX-License-Identifier: Apache-2.0
// PreparedImages: for each image that decides matches again and again, and each user, one more of ours, made once: the
// same, and the folders that the seat finds, its own. An engine fills a new volume from them by itself, so that before
// a start nothing has to be sent, which costs it a process. That one cannot be made fails no match: its seats are sent
// their folders.
//
// Its name, matchrunner.invalid/prepared:BASE-UID-GID, is no registry's (RFC 2606), and what is found of that name
// counts only when the engine says that it was made here from that base. No seat may ask for it by that name.
//
//   absent -create a container, whose name one runner at a time can have-> begun -put the folders in-> filled
//     -commit-> there -remove the container-> done
//
// It is whole as soon as it is there. Who is killed before leaves a container that never ran, labelled as of its match,
// and removed as all that is left of a run (leftovers.hpp); whoever finds its name taken meanwhile goes on without.
// An engine that gives the name of a base to another image, as pulls do, has a new base, so another of ours; the old
// one is removed when its base has no name left (sweep_prepared). Who was about to use it is told `not_found`, and goes
// on without. One thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "adapters/docker/container.hpp"
#include "adapters/docker/engine.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

inline constexpr const char* prepared_registry = "matchrunner.invalid";
inline constexpr const char* prepared_label = "matchrunner.prepared";  // of an image: the id of its base

class PreparedImages {
 public:
  PreparedImages(std::shared_ptr<Engine> engine, User user) : engine_(std::move(engine)), user_(user) {}

  // Finds it or, when that image comes the second time, makes it: many come only once. `image`: as the seat names it;
  // `base`: what the engine says of it; `plan`: for whom it is made.
  void provide(const std::string& image, const Json& base, const MatchPlan& plan, const Context& context);

  // Its id; empty: there is none.
  std::string of(const std::string& image) const;
  void forget(const std::string& image) { known_[image].id.clear(); }  // it is not there any more

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::string base = {};
    std::string id = {};
    Clock::time_point ask_again = {};  // not before, if there is none
  };

  std::string name_of(const std::string& base) const;
  Result<std::string> find(const std::string& base, const Context& context);
  Result<std::string> make(const std::string& base, const MatchPlan& plan, const Context& context);
  Result<void> fill(const std::string& container, const MatchPlan& plan, const Context& context);

  const std::shared_ptr<Engine> engine_;
  const User user_;
  std::map<std::string, Known> known_;
};

// Removes those whose base has no name any more, and those of no name themselves: two runners made them at once.
void sweep_prepared(Engine& engine, const Context& context);

}  // namespace matchrunner::docker
