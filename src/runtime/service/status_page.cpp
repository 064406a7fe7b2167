// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/status_page.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace matchrunner {
namespace {

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #1c2126; --dim: #5d6873; --line: #dde2e7; --paper: #f6f7f9; --card: #fff;
  --good: #1a7f4b; --bad: #c0392b; --warn: #a86a00; --bar: #2f6fde; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --dim: #97a2ad; --line: #323a42; --paper: #14181c;
  --card: #1d2329; --good: #4cc38a; --bad: #ff7a6b; --warn: #e5a53a; --bar: #6ea0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 1rem; margin-bottom: 1rem; }
h1 { font-size: 1.3rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.8rem 0 .5rem; }
h2 span, header span, .empty { color: var(--dim); font-weight: 400; }
.badge { padding: .1rem .6rem; border-radius: 1rem; font-weight: 600; color: #fff; background: var(--good); }
.badge.bad { background: var(--bad); } .badge.warn { background: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
.tile, table, .note { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.tile { padding: .7rem .9rem; } .tile b { display: block; font-size: 1.7rem; line-height: 1.2; }
.tile span { color: var(--dim); } meter { width: 100%; height: .5rem; }
.note { padding: .6rem .9rem; margin-top: .75rem; border-color: var(--bad); color: var(--bad); }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: separate; border-spacing: 0; }
th, td { text-align: left; padding: .4rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
tr:first-child th { border-top: 0; color: var(--dim); font-weight: 500; }
td.id { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } td.time { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
</style>
)";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return safe;
}

struct Unit {
  std::chrono::seconds length;
  char letter;
};
constexpr Unit units[] = {{std::chrono::hours(24), 'd'},
                          {std::chrono::hours(1), 'h'},
                          {std::chrono::minutes(1), 'm'},
                          {std::chrono::seconds(1), 's'}};

// "2 d 4 h", "3 m 20 s", "12 s": the two largest units.
std::string length_of(Time::duration time) {
  auto left = std::max(std::chrono::seconds(0), std::chrono::floor<std::chrono::seconds>(time));
  std::string text;
  int shown = 0;
  for (const auto& [length, letter] : units) {
    const auto count = left / length;
    left -= count * length;
    if (shown == 2 || (count == 0 && (shown == 0 && letter != 's'))) continue;
    if (count == 0 && shown > 0) break;
    text += (text.empty() ? "" : " ") + std::to_string(count) + " " + letter;
    ++shown;
  }
  return text;
}

std::string cell(const std::string& text, std::string_view of_class = "") {
  return "<td" + (of_class.empty() ? "" : " class=\"" + std::string(of_class) + "\"") + ">" + text + "</td>";
}

std::string table(std::initializer_list<std::string_view> titles, const std::string& rows, std::string_view empty) {
  if (rows.empty()) return "<p class=\"empty\">" + std::string(empty) + "</p>\n";
  std::string text = "<div class=\"scroll\"><table><tr>";
  for (const std::string_view title : titles) text.append("<th>").append(title).append("</th>");
  return text + "</tr>\n" + rows + "</table></div>\n";
}

std::string heading(std::string_view title, const std::string& more = "") {
  return "<h2>" + std::string(title) + (more.empty() ? "" : " <span>" + more + "</span>") + "</h2>\n";
}

std::string tile(const std::string& number, const std::string& words, const std::string& more = "") {
  return "<div class=\"tile\"><b>" + number + "</b><span>" + words + "</span>" + more + "</div>\n";
}

std::uint64_t count_of(const ServiceStatus& status, MatchState state) {
  const auto found = status.matches.find(std::string(to_string(state)));
  return found == status.matches.end() ? 0 : found->second;
}

std::string cut_note(std::size_t shown, std::uint64_t all) {
  return shown < all ? "the oldest " + std::to_string(shown) + " of " + std::to_string(all) : std::to_string(all);
}

std::string top(const ServiceStatus& status) {
  const char* const badge = status.draining ? "warn" : status.ready ? "" : "bad";
  const char* const word = status.draining ? "draining" : status.ready ? "ready" : "not ready";
  std::string text = "<title>" + std::string(word) + " · " + escaped(status.name) + "</title>\n</head>\n<body>\n";
  text += "<header><h1>" + escaped(status.name) + "</h1><span class=\"badge " + badge + "\" style=\"color:#fff\">" +
          word + "</span><span>up " + length_of(status.at - status.started_at) + " · matchrunner " + status.version +
          " · " + to_string(status.at).substr(0, 19) + "Z</span></header>\n";
  return text;
}

std::string tiles(const ServiceStatus& status) {
  const std::uint64_t queued = count_of(status, MatchState::queued);
  std::uint64_t under_way = 0;
  for (const auto& [state, count] : status.matches) under_way += count;
  under_way -= queued;
  const std::string slots = std::to_string(status.slots);
  const std::string used = std::to_string(status.slots_used);
  std::string text = "<div class=\"tiles\">\n";
  text += tile(used + " / " + slots, "slots used in pool " + escaped(status.pool),
               "<meter min=\"0\" max=\"" + slots + "\" value=\"" + used + "\"></meter>");
  text += tile(std::to_string(under_way), "under way");
  text +=
      tile(std::to_string(queued),
           queued == 0 ? "queued" : "queued, the oldest for " + length_of(status.at - status.queued.front().queued_at));
  text += tile(std::to_string(status.workers_busy) + " / " + std::to_string(status.workers), "workers busy here");
  text += tile(std::to_string(status.waiting_artifacts), "ended, artifacts not stored yet");
  text += "</div>\n";
  for (const std::string& why : status.not_ready) text += "<div class=\"note\">" + escaped(why) + "</div>\n";
  if (!status.waiting_artifacts_error.empty())
    text += "<div class=\"note\">artifacts wait: " + escaped(status.waiting_artifacts_error) + "</div>\n";
  return text;
}

std::string running_table(const ServiceStatus& status) {
  std::string rows;
  for (const LiveMatch& match : status.running)
    rows += "<tr>" + cell(escaped(match.id), "id") + cell(escaped(match.game)) +
            cell(std::string(to_string(match.state))) + cell(length_of(status.at - match.since), "time") +
            cell(escaped(match.holder)) + "</tr>\n";
  return table({"match", "game", "state", "since", "runner"}, rows, "No match is under way.");
}

std::string queued_table(const ServiceStatus& status) {
  std::string rows;
  for (const LiveMatch& match : status.queued)
    rows += "<tr>" + cell(escaped(match.id), "id") + cell(escaped(match.game)) +
            cell(length_of(status.at - match.queued_at), "time") + "</tr>\n";
  return table({"match", "game", "waits for"}, rows, "Nothing waits.");
}

std::string ended_table(const ServiceStatus& status) {
  std::string rows;
  for (const EndedMatch& match : status.ended) {
    const bool host = match.fault == Fault::infrastructure;
    const char* const colour = host ? "bad" : match.state == MatchState::finished ? "good" : "warn";
    rows += "<tr>" + cell(length_of(status.at - match.at) + " ago", "time") + cell(escaped(match.id), "id") +
            cell(escaped(match.game)) + cell(std::string(to_string(match.state)), colour) +
            cell(escaped(match.summary)) + "</tr>\n";
  }
  return table({"when", "match", "game", "state", "how it ended"}, rows, "None has ended since this service began.");
}

std::string sinks_table(const ServiceStatus& status) {
  std::string rows;
  for (const OutboxStatus& sink : status.sinks) {
    const bool failing = sink.failures != 0;
    std::string why = failing ? escaped(sink.last_error) : sink.waiting == 0 ? "has everything" : "on their way";
    if (failing && sink.failing_since) why += " (for " + length_of(status.at - *sink.failing_since) + ")";
    if (failing && sink.next_attempt_at && *sink.next_attempt_at > status.at)
      why += ", next try in " + length_of(*sink.next_attempt_at - status.at);
    rows += "<tr>" + cell(escaped(sink.sink), "id") + cell(std::to_string(sink.waiting)) +
            cell(why, failing ? "bad" : "") + "</tr>\n";
  }
  return table({"sink", "events waiting", "why"}, rows, "No sinks: events stay in the journal.");
}

std::string parts_table(const ServiceStatus& status) {
  std::string rows;
  for (const PartHealth& part : status.parts) {
    const bool failing = part.failures != 0;
    std::string words = failing ? escaped(part.last_error) : "answers";
    if (failing && part.failing_since) words += " (for " + length_of(status.at - *part.failing_since) + ")";
    rows += "<tr>" + cell(escaped(part.name), "id") + cell(words, failing ? "bad" : "good") +
            cell(part.done == 0 ? "" : std::to_string(part.done)) +
            cell(part.recoveries == 0 ? "" : std::to_string(part.recoveries)) + "</tr>\n";
  }
  return table({"part", "state", "commands or events", "times it came back"}, rows, "");
}

}  // namespace

std::string status_page(const ServiceStatus& status) {
  std::uint64_t under_way = 0;
  for (const auto& [state, count] : status.matches)
    if (state != to_string(MatchState::queued)) under_way += count;
  std::string page(head);
  page += top(status) + tiles(status);
  page += heading("Under way", cut_note(status.running.size(), under_way)) + running_table(status);
  page += heading("Ended lately") + ended_table(status);
  page +=
      heading("Queued", cut_note(status.queued.size(), count_of(status, MatchState::queued))) + queued_table(status);
  page += heading("Event sinks") + sinks_table(status);
  page += heading("What this service depends on") + parts_table(status);
  return page + "</body>\n</html>\n";
}

}  // namespace matchrunner
