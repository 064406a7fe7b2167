// SPDX-License-Identifier: Apache-2.0
// Where the four machines differ from those of the systems they replace, and why; printed in docs/states.md.
#pragma once

#include <string_view>

namespace matchrunner {

struct StateDifference {
  std::string_view system;
  std::string_view there;
  std::string_view here;
  std::string_view why;
};

inline constexpr StateDifference state_differences[] = {
    {"000 match", "any listed state may follow any other, `killed` -> `finished` too",
     "only the rows of the table; all else is `conflict`",
     "a match has one outcome, and a late message cannot change it"},
    {"000 match", "`started`, `fetching_images`, `running_server`, `server_started`, `running_match`, `match_started`",
     "`queued`, `preparing`, `starting`, `running`",
     "the six name the steps of one game; what a program does between start and end are events of type progress"},
    {"000 match", "`killed`", "`stopped`",
     "the state says what was asked for; how a process ended is its seat's verdict"},
    {"000 match", "`finished` is set before logs are uploaded", "`collecting` comes between `running` and `finished`",
     "the outcome and the files are both kept before anyone is told that it is over"},
    {"000 match", "a job dies with its process", "`lapse` puts the match of a silent runner back to `queued`",
     "a dead host must not lose a match"},
    {"001 lobby", "`ended` and the other states share one expiry that deletes the game", "`expire` -> `expired`",
     "a game that nobody finished is told from one that was played"},
    {"001 lobby", "reset is an assignment of `creator_joined`, refused only in `created`",
     "`reset` from `creator_joined`, `all_players_joined` and `in_progress`",
     "a game that has ended cannot be opened again by a late disconnect"},
    {"001 lobby", "legality is asked only where an event comes from the stream", "every change goes through the table",
     "two joiners cannot both pass"},
    {"002 ticket", "confirm also from `queued` (code; its README says new and recalled)",
     "confirm from `new` and `recalled`", "the README wins: who was not called has not confirmed"},
    {"002 ticket", "cancel from every state, `completed` and `cancelled` too (code)",
     "cancel from the five live states", "its own diagram has those two as final; a played game keeps its score"},
    {"002 ticket", "a no-show stays `recalled` for ever", "`lapse` -> `queued`, counted",
     "the place in the window is free again, and the next can be called"},
    {"003 host", "idle, busy and full are computed from a reply; a server runs one game",
     "`idle`, `busy` as a state; how "
     "many matches fit is a number of the host",
     "a host may run several, and the broker need not ask it"},
    {"003 host", "a server that does not answer is taken for busy", "`lose` -> `lost`, `return` -> `draining`",
     "what it ran is found again or run elsewhere before it gets new work"},
    {"003 host", "another game kills the one that runs", "no such row; `assign` needs room",
     "one player's wish does not end another's game"},
    {"004 match", "running or ended, read off the process list", "the states of the table, in the store",
     "what is not running is not all the same: queued, failed, stopped and finished differ"},
    {"004 match", "at the limit the browser asks again every two seconds", "`queued`, in order of priority and age",
     "the first to come is the first to play"},
};

}  // namespace matchrunner
