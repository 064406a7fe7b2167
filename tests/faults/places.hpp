// SPDX-License-Identifier: Apache-2.0
// Places: a folder that every game of a fleet sees (read_only), where the games themselves observe how many of them run
// at once. Owned by the harness; one thread.
//   place-0 .. place-n-1   flock-ed by a running game, one each; n is the limit
//   match-ID               flock-ed by the game of that match
//   length-ID              how long it plays, in milliseconds; read all the time
//   gate                   flock-ed while a game looks for a place
//   reports                a datagram socket: what the games saw. A read-only mount and an empty network namespace let
//                          a connection to a named socket pass
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner::test {

struct GameReport {
  std::string match;
  int place = -1;      // none: more than the limit run at once
  bool alone = false;  // no other process of this match was there
};

class Places {
 public:
  Places(std::string folder, int count);  // the folder is made

  // A match that plays for so long; the length may be changed, also while it plays.
  MatchRequest request(const std::string& id, int milliseconds_long);
  void set_length(const std::string& id, int milliseconds_long);

  int fd() const { return socket_.get(); }  // readable: there are reports
  std::vector<GameReport> take_reports();   // does not wait

 private:
  const std::string folder_;
  const int count_;
  UniqueFd socket_;
};

}  // namespace matchrunner::test
