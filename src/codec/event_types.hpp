// SPDX-License-Identifier: Apache-2.0
// Every type of event that the library writes to the journal. docs/events.md is printed from this page, and the lines
// of a program may have none of the match's. Constants only.
#pragma once

#include <string_view>

namespace matchrunner::codec {

struct EventType {
  std::string_view kind;  // of the record it is about
  std::string_view type;
  std::string_view body;  // in the words of docs/events.md
  std::string_view when;
};

inline constexpr EventType event_types[] = {
    {"match", "submit", "`game`", "stored as queued"},
    {"match", "claim", "`holder`, `attempt`", "a runner took it"},
    {"match", "preparing", "`seat`, `what`, `step`, `bytes`, `total_bytes`: 0 where it is not known",
     "how far it is with an image that is pulled, once a second at most"},
    {"match", "prepared", "", "its files and programs are ready"},
    {"match", "seat_started", "`seat`",
     "while it starts, of a match that was asked for by an older message: the seat runs"},
    {"match", "seat_ready", "`seat`", "likewise: what its `ready` asks for holds"},
    {"match", "started",
     "`endpoints`: list of [endpoint](json.md#endpoint); `isolation`: [isolation](json.md#isolation)", "its seats run"},
    {"match", "adopted", "as of `started`", "a runner goes on with the run of one that is gone"},
    {"match", "seat_ended", "[seat_outcome](json.md#seat_outcome) without `score`", "one seat is done"},
    {"match", "ended", "[outcome](json.md#outcome)", "the outcome stands"},
    {"match", "collected", "`artifacts`: list of [artifact](json.md#artifact)", "finished"},
    {"match", "stored", "`artifacts`: list of [artifact](json.md#artifact)", "every artifact is in its sink"},
    {"match", "store_failed", "`error`", "artifacts will not come any more"},
    {"match", "streamed", "`streams`: list of `name`, `to`, `bytes`, `dropped`",
     "what [streams](service.md#streams) had to send has all come to its targets"},
    {"match", "stream_dropped", "likewise, and `error` where bytes were dropped",
     "some of it has not, for as long as it was kept after the end"},
    {"match", "fail", "[outcome](json.md#outcome), and `runner` where another than its own, which is gone, ended it",
     "failed"},
    {"match", "stop_requested", "`reason`", "somebody asked for a stop"},
    {"match", "stop", "likewise", "stopped"},
    {"match", "lapse", "`reason`, and `runner` that found its own gone, or gave it back",
     "it runs again, or is collected again"},
    {"match", "return", "[outcome](json.md#outcome)",
     "its runner ended, and gave it back to the source of its command; asked for again, it begins anew"},
    {"match", "bad_line", "`error`", "a [line of its program](#lines-of-a-program) was not like one"},
    {"match", "dropped", "`lines`: how many", "[lines of its program](#lines-of-a-program) were beyond the limits"},
    {"match", "prune", "", "removed with its artifacts, long after its end"},
    {"game", "add", "", "a game came into the catalogue"},
    {"game", "update", "", "it has a new version"},
    {"game", "remove", "", "it is gone; matches keep theirs"},
    {"command", "reply",
     "`reply_to`, `correlation_id`, `runner`; `message`, `error`, `missing`, `match_id`, `state`, `scores` as they "
     "apply",
     "the answer to a [command](commands.md)"},
    {"command", "shutdown", "`runner`", "this runner was asked to end, and takes no commands any more"},
};

}  // namespace matchrunner::codec
