// SPDX-License-Identifier: Apache-2.0
// The fields of what the library stores and shows of a match, besides its request and game. docs/json.md is printed
// from this page.
#pragma once

#include <limits>

#include "codec/match_file_table.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner::codec {

inline constexpr auto match_state_words = texts_of(match_states);
inline constexpr auto match_result_words = texts_of(match_results);
inline constexpr auto fault_words = texts_of(faults);
inline constexpr auto verdict_words = texts_of(verdicts);

template <>
struct Words<MatchState> {
  static constexpr const auto& names = match_states;
};
template <>
struct Words<MatchResult> {
  static constexpr const auto& names = match_results;
};
template <>
struct Words<Fault> {
  static constexpr const auto& names = faults;
};
template <>
struct Words<Verdict> {
  static constexpr const auto& names = verdicts;
};

// Of any length and content: it comes from programs and systems.
inline constexpr Shape free_text_shape{.kind = Kind::text, .maximum = max_whole, .form = &any_text_form};
inline constexpr Shape time_shape = text(27, 27, time_form);
inline constexpr Shape any_number_shape{.kind = Kind::number,
                                        .minimum = std::numeric_limits<double>::lowest(),
                                        .maximum = std::numeric_limits<double>::max(),
                                        .or_null = true};
inline constexpr Shape any_integer_shape = whole(-max_whole, max_whole);
inline constexpr Shape int_shape = whole(std::numeric_limits<int>::min(), std::numeric_limits<int>::max());

template <>
struct Table<StateTime> {
  static constexpr std::string_view name = "state_time";
  static constexpr auto rows = std::tuple{
      row("state", &StateTime::state, one_of(match_state_words), "entered", required),
      row("at", &StateTime::at, time_shape, "when, last", required),
  };
};

template <>
struct Table<SeatEndpoint> {
  static constexpr std::string_view name = "endpoint";
  static constexpr auto rows = std::tuple{
      row("seat", &SeatEndpoint::seat, id_shape, "the seat's name", required),
      row("host", &SeatEndpoint::host, free_text_shape, "where it runs"),
      row("port", &SeatEndpoint::port, whole(0, 65535), "where it listens; 0: nowhere"),
      row("pid", &SeatEndpoint::pid, any_integer_shape, "of its process on that host; 0: not known"),
  };
};

template <>
struct Table<Isolation> {
  static constexpr std::string_view name = "isolation";
  static constexpr auto rows = std::tuple{
      row("tier", &Isolation::tier, free_text_shape, "what held the seats, in one word", required),
      row("in_force", &Isolation::in_force, list_of(free_text_shape, 0, 1000), "and in detail"),
  };
};

template <>
struct Table<SeatOutcome> {
  static constexpr std::string_view name = "seat_outcome";
  static constexpr auto rows = std::tuple{
      row("name", &SeatOutcome::name, id_shape, "of the seat", required),
      row("verdict", &SeatOutcome::verdict, one_of(verdict_words), "how it ended", required),
      row("fault", &SeatOutcome::fault, one_of(fault_words), "whose fault it is that the verdict is not ok"),
      row("score", &SeatOutcome::score, any_number_shape, "from the result file; null: none"),
      row("exit_code", &SeatOutcome::exit_code, int_shape, "null: it did not exit by itself"),
      row("signal", &SeatOutcome::signal, int_shape, "that ended it; null: none"),
      row("truncated", &SeatOutcome::truncated, boolean_shape, "one of its logs was cut at output_bytes"),
      row("cpu_seconds", &SeatOutcome::cpu_seconds, any_number_shape, "used by its whole process tree"),
      row("wall_seconds", &SeatOutcome::wall_seconds, any_number_shape, "from its start to its end"),
      row("peak_memory_bytes", &SeatOutcome::peak_memory_bytes, whole(0), "of its whole process tree"),
      row("processes", &SeatOutcome::processes, whole(0, std::numeric_limits<std::uint32_t>::max()),
          "most at once, threads counted, as far as seen; 0: not known"),
      row("output_bytes", &SeatOutcome::output_bytes, whole(0),
          "written to its logs, what was cut included; 0: not known"),
      row("limit", &SeatOutcome::limit, free_text_shape, "that it reached, as in cpu_seconds; empty: none"),
      row("limit_value", &SeatOutcome::limit_value, any_number_shape, "what that allows; null: no limit was reached"),
      row("detail", &SeatOutcome::detail, free_text_shape, "one line for a person; may be empty"),
      row("stderr_tail", &SeatOutcome::stderr_tail, free_text_shape,
          "the last lines of its stderr, at most 10 and 1 KiB"),
  };
};

inline constexpr Shape seat_outcomes_shape = list_of(Outline<SeatOutcome>::shape, 0, 1000);

template <>
struct Table<Outcome> {
  static constexpr std::string_view name = "outcome";
  static constexpr auto rows = std::tuple{
      row("result", &Outcome::result, one_of(match_result_words), "completed, stopped or failed", required),
      row("fault", &Outcome::fault, one_of(fault_words), "who is to blame", required),
      row("reason", &Outcome::reason, free_text_shape, "one line"),
      row("summary", &Outcome::summary, free_text_shape, "one sentence for contestants"),
      row("seats", &Outcome::seats, seat_outcomes_shape, "in the order of the game's seats"),
      row("details", &Outcome::details, any_object_shape, "further fields of the result file"),
  };
};

template <>
struct Table<Artifact> {
  static constexpr std::string_view name = "artifact";
  static constexpr auto rows = std::tuple{
      row("name", &Artifact::name, free_text_shape, "as in logs/white.stderr, output/game.pgn, result.json", required),
      row("uri", &Artifact::uri, free_text_shape, "where it is kept; empty until it is"),
      row("bytes", &Artifact::bytes, whole(0), "its size", required),
      row("sha256", &Artifact::sha256, free_text_shape, "64 lower-case hex digits"),
      row("missing", &Artifact::missing, boolean_shape, "lost with the host that had it"),
  };
};

inline constexpr Shape times_shape = list_of(Outline<StateTime>::shape, 0, 1000);
inline constexpr Shape endpoints_shape = list_of(Outline<SeatEndpoint>::shape, 0, 1000);
inline constexpr Shape artifacts_shape = list_of(Outline<Artifact>::shape, 0, 1e6);

template <>
struct Table<ReplyTarget> {
  static constexpr std::string_view name = "reply_target";
  static constexpr auto rows = std::tuple{
      row("reply_to", &ReplyTarget::reply_to, free_text_shape, "an address of the command source"),
      row("correlation_id", &ReplyTarget::correlation_id, free_text_shape, "as it came with the command"),
      row("older", &ReplyTarget::older, boolean_shape, "true: it waits for the texts that older clients know"),
      row("origin", &ReplyTarget::origin, free_text_shape, "the source that the command came by"),
  };
};

// What the record's own columns do not have.
template <>
struct Table<Match> {
  static constexpr std::string_view name = "match_record";
  static constexpr auto rows = std::tuple{
      row("unique_id", &Match::unique_id, free_text_shape, "that no other match has, in any store"),
      row("request", &Match::request, Outline<MatchRequest>::shape, "as submitted", required),
      row("sealed", &Match::sealed, free_text_shape, "its secrets, where they do not stand in the request"),
      row("request_sha256", &Match::request_sha256, free_text_shape, "of the canonical request"),
      row("game", &Match::game, Outline<Game>::shape, "what is played, every default filled in", required),
      row("attempt", &Match::attempt, whole(0, std::numeric_limits<std::uint32_t>::max()), "runs so far"),
      row("times", &Match::times, times_shape, "of the states entered"),
      row("endpoints", &Match::endpoints, endpoints_shape, "of the running seats"),
      row("isolation", &Match::isolation, Outline<Isolation>::shape, "what held the seats"),
      row("stop_request", &Match::stop_request, free_text_shape, "the reason given, once somebody asked for a stop"),
      row("outcome", &Match::outcome, Outline<Outcome>::shape, "how it ended"),
      row("artifacts", &Match::artifacts, artifacts_shape, "what it left"),
      row("stored_at", &Match::stored_at, time_shape, "when every artifact was in its sink"),
      row("store_error", &Match::store_error, free_text_shape, "why artifacts still wait"),
      row("spool_host", &Match::spool_host, free_text_shape, "the host of this run's local files"),
      row("spool_folder", &Match::spool_folder, free_text_shape, "their folder there"),
      row("adoptable_until", &Match::adoptable_until, time_shape, "the deadline of a run that outlives its runner"),
      row("asker", &Match::asker, Outline<ReplyTarget>::shape, "who asked by a command, and hears of it"),
  };
};

}  // namespace matchrunner::codec
