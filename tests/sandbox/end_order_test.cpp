// SPDX-License-Identifier: Apache-2.0
// Who ended first is what counts, not whose init comes to tell first: here one of them is held up.
#include <csignal>

#include "catch.hpp"
#include "sandbox/processes.hpp"
#include "sandbox/sandbox_match.hpp"

using namespace matchrunner;

namespace {

// A referee and a player that stop themselves before they do what they are to do.
struct Duel {
  Duel(const std::string& of_referee, const std::string& of_player) {
    match.add("referee", SeatRole::referee, "sh", {"-c", "kill -STOP $$; " + of_referee});
    match.add("white", SeatRole::player, "sh", {"-c", "kill -STOP $$; " + of_player});
    match.plan().grace = milliseconds(60000);
    match.start();
    for (const SeatEndpoint& endpoint : match.run().endpoints()) {
      const auto program = static_cast<pid_t>(endpoint.pid);
      REQUIRE(is_stopped(program));
      (endpoint.seat == "white" ? white : referee) = program;
    }
  }

  // Lets it go on and end, while its init cannot tell; gives back that init.
  static pid_t ends_untold(pid_t program) {
    const pid_t init = parent_of(program);
    ::kill(init, SIGSTOP);
    REQUIRE(is_stopped(init));
    ::kill(program, SIGCONT);
    CHECK(all_end({program}));
    return init;
  }

  static void ends(pid_t program) {
    ::kill(program, SIGCONT);
    CHECK(all_end({program, parent_of(program)}));
  }

  SandboxMatch match{Wiring::stdio};
  pid_t referee = 0;
  pid_t white = 0;
};

}  // namespace

TEST_CASE("an end that follows from the referee's is not held against a player, whoever is heard of first", "[tiers]") {
  Duel duel("exit 0", "cat > /dev/null; exit 7");
  ::kill(duel.white, SIGCONT);
  const pid_t white_init = parent_of(duel.white);
  const pid_t held_up = Duel::ends_untold(duel.referee);
  CHECK(all_end({duel.white, white_init}));
  ::kill(held_up, SIGCONT);
  duel.match.follow();
  CHECK(duel.match.seat("white").verdict == Verdict::ok);
  CHECK(duel.match.seat("white").exit_code == 7);
}

TEST_CASE("a player that ended badly before its referee has that verdict, whoever is heard of first", "[tiers]") {
  Duel duel("exit 0", "kill -SEGV $$");
  const pid_t held_up = Duel::ends_untold(duel.white);
  Duel::ends(duel.referee);
  ::kill(held_up, SIGCONT);
  duel.match.follow();
  CHECK(duel.match.seat("white").verdict == Verdict::crashed);
  CHECK(duel.match.seat("white").signal == SIGSEGV);
  CHECK(duel.match.seat("referee").verdict == Verdict::ok);
}

TEST_CASE("where it cannot be told who ended first, a crash is the player's own and an exit is not held against it",
          "[tiers]") {
  struct Row {
    const char* player;
    Verdict verdict;
  };
  const Row row = GENERATE(Row{"exit 3", Verdict::ok}, Row{"kill -SEGV $$", Verdict::crashed});
  Duel duel("exit 0", row.player);
  const pid_t launcher = parent_of(parent_of(duel.white));
  ::kill(launcher, SIGSTOP);  // it sees both ends at once
  REQUIRE(is_stopped(launcher));
  for (const pid_t program : {duel.white, duel.referee}) {
    ::kill(program, SIGCONT);
    CHECK(all_end({program}));
  }
  ::kill(launcher, SIGCONT);
  duel.match.follow();
  CHECK(duel.match.seat("white").verdict == row.verdict);
  CHECK(duel.match.seat("referee").verdict == Verdict::ok);
}
