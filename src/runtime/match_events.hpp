// SPDX-License-Identifier: Apache-2.0
// MatchEvents: the events of one run as files that grow, a JSON line for each, one file for each type: what a stream of
// `events/score` reads. The files have no names, and go with it. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

class MatchEvents {
 public:
  // For names like "events/score", in `folder`, where its files are made.
  MatchEvents(std::string match, std::uint64_t epoch, std::string folder)
      : match_(std::move(match)), epoch_(epoch), folder_(std::move(folder)) {}

  // Reads on in the journal, which reaches up to `head`; `wanted` says of which names files are kept. What cannot be
  // read now is read next time.
  template <class Wanted>
  void read_on(StateStore& store, std::uint64_t head, Wanted wanted) {
    for (const Event& event : next_events(store, head))
      if (wanted("events/" + event.type)) keep(event);
  }

  // No event of the run comes any more, but of its artifacts.
  bool over() const { return over_; }

  const std::map<std::string, UniqueFd>& files() const { return files_; }

 private:
  std::vector<Event> next_events(StateStore& store, std::uint64_t head);
  void keep(const Event& event);

  const std::string match_;
  const std::uint64_t epoch_;
  const std::string folder_;
  std::uint64_t after_ = 0;
  std::uint64_t read_to_ = 0;  // of the whole journal
  bool over_ = false;
  std::map<std::string, UniqueFd> files_;
};

}  // namespace matchrunner
