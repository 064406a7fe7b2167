// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/metrics_text.hpp"

#include <cstdio>
#include <initializer_list>

namespace matchrunner {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

std::string number_of(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.15g", value);
  return text.data();
}
std::string number_of(std::uint64_t value) { return std::to_string(value); }

// As the format wants a label's value: a backslash, a quote and a line's end are written with a backslash.
std::string escaped_label(std::string_view text) {
  std::string value;
  for (const char c : text) {
    if (c == '\\' || c == '"') value += '\\';
    value += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return value;
}

// The samples of one family.
class Samples {
 public:
  Samples(std::string& text, const MetricFamily& family) : text_(text), family_(family) {}

  template <class Number>
  void add(std::initializer_list<Label> labels, Number value) {
    line("", labels, number_of(value));
  }

  void add(const Histogram& histogram) {
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i)
      line("_bucket", {{"le", number_of(Histogram::bounds[i])}}, number_of(histogram.counts[i]));
    line("_bucket", {{"le", "+Inf"}}, number_of(histogram.count));
    line("_sum", {}, number_of(histogram.sum));
    line("_count", {}, number_of(histogram.count));
  }

 private:
  void line(std::string_view suffix, std::initializer_list<Label> labels, const std::string& value) {
    text_.append(family_.name).append(suffix);
    const char* mark = "{";
    for (const auto& [name, text] : labels) {
      text_.append(mark).append(name).append("=\"").append(escaped_label(text)).append("\"");
      mark = ",";
    }
    text_.append(labels.size() == 0 ? " " : "} ").append(value).append("\n");
  }

  std::string& text_;
  const MetricFamily& family_;
};

double seconds(Time::duration time) { return std::max(0.0, std::chrono::duration<double>(time).count()); }

double age(const std::optional<Time>& since, Time now) { return since ? seconds(now - *since) : 0.0; }

std::uint64_t one_if(bool yes) { return yes ? 1 : 0; }

// The name behind "source " or "sink "; nothing: a part of another kind.
std::optional<std::string_view> named(const PartHealth& part, std::string_view kind) {
  std::string_view name = part.name;
  if (!name.starts_with(kind)) return std::nullopt;
  return name.substr(kind.size());
}

using Write = void (*)(Samples&, const MetricsSource&);
struct Row {
  MetricFamily family;
  Write write;
};

constexpr Row metric_rows[] = {
    {{"matchrunner_build_info", MetricKind::gauge, "`version`", "1; the version is the label"},
     [](Samples& to, const MetricsSource& of) {
       to.add({{"version", of.status.version}}, std::uint64_t{1});
     }},
    {{"matchrunner_start_time_seconds", MetricKind::gauge, "", "when the service began, in seconds since 1970"},
     [](Samples& to, const MetricsSource& of) { to.add({}, seconds(of.status.started_at.time_since_epoch())); }},
    {{"matchrunner_ready", MetricKind::gauge, "", "1 while /readyz says so"},
     [](Samples& to, const MetricsSource& of) { to.add({}, one_if(of.status.ready)); }},
    {{"matchrunner_draining", MetricKind::gauge, "", "1 once it was told to end"},
     [](Samples& to, const MetricsSource& of) { to.add({}, one_if(of.status.draining)); }},
    {{"matchrunner_matches", MetricKind::gauge, "`state`", "matches that have not ended, of all runners on the store"},
     [](Samples& to, const MetricsSource& of) {
       for (const auto& [state, count] : of.status.matches) to.add({{"state", state}}, count);
     }},
    {{"matchrunner_oldest_queued_seconds", MetricKind::gauge, "",
      "how long the oldest queued match has waited since it was asked for or last ran"},
     [](Samples& to, const MetricsSource& of) { to.add({}, age(of.oldest_queued, of.status.at)); }},
    {{"matchrunner_slots", MetricKind::gauge, "`pool`", "slots of each pool on the store"},
     [](Samples& to, const MetricsSource& of) {
       for (const PoolStatus& pool : of.store.pools) to.add({{"pool", pool.name}}, std::uint64_t{pool.slots});
     }},
    {{"matchrunner_slots_used", MetricKind::gauge, "`pool`", "of these, by matches under way"},
     [](Samples& to, const MetricsSource& of) {
       for (const PoolStatus& pool : of.store.pools) to.add({{"pool", pool.name}}, std::uint64_t{pool.busy.size()});
     }},
    {{"matchrunner_workers", MetricKind::gauge, "", "matches that this process may run at once"},
     [](Samples& to, const MetricsSource& of) { to.add({}, std::uint64_t{of.status.workers}); }},
    {{"matchrunner_workers_busy", MetricKind::gauge, "", "matches that it runs"},
     [](Samples& to, const MetricsSource& of) { to.add({}, std::uint64_t{of.status.workers_busy}); }},
    {{"matchrunner_matches_ended_total", MetricKind::counter, "`state`, `fault`",
      "matches of this runner that ended, and whose fault it was"},
     [](Samples& to, const MetricsSource& of) {
       for (const MatchState state : match_terminals)
         for (const auto& [fault, text] : faults) {
           const auto found = of.counts.ended.find({state, fault});
           to.add({{"state", to_string(state)}, {"fault", text}},
                  found == of.counts.ended.end() ? std::uint64_t{0} : found->second);
         }
     }},
    {{"matchrunner_seats_ended_total", MetricKind::counter, "`verdict`", "how the seats of its matches ended"},
     [](Samples& to, const MetricsSource& of) {
       for (const auto& [verdict, text] : verdicts) {
         const auto found = of.counts.verdicts.find(verdict);
         to.add({{"verdict", text}}, found == of.counts.verdicts.end() ? std::uint64_t{0} : found->second);
       }
     }},
    {{"matchrunner_match_lapses_total", MetricKind::counter, "",
      "matches that this runner put back, its own and those of runners that were gone"},
     [](Samples& to, const MetricsSource& of) { to.add({}, of.counts.lapses); }},
    {{"matchrunner_queue_seconds", MetricKind::histogram, "", "from queued to started, of its matches"},
     [](Samples& to, const MetricsSource& of) { to.add(of.counts.queue_seconds); }},
    {{"matchrunner_run_seconds", MetricKind::histogram, "", "from started to the outcome, of its matches"},
     [](Samples& to, const MetricsSource& of) { to.add(of.counts.run_seconds); }},
    {{"matchrunner_artifacts_stored_total", MetricKind::counter, "", "artifacts of its matches that are in the sink"},
     [](Samples& to, const MetricsSource& of) { to.add({}, of.counts.artifacts); }},
    {{"matchrunner_artifact_bytes_total", MetricKind::counter, "", "their bytes"},
     [](Samples& to, const MetricsSource& of) { to.add({}, of.counts.artifact_bytes); }},
    {{"matchrunner_matches_waiting_for_artifacts", MetricKind::gauge, "",
      "matches on the store that have ended and whose artifacts are not all stored"},
     [](Samples& to, const MetricsSource& of) { to.add({}, of.status.waiting_artifacts); }},
    {{"matchrunner_outbox_events", MetricKind::gauge, "`sink`", "events that wait for a sink, of the whole store"},
     [](Samples& to, const MetricsSource& of) {
       for (const OutboxStatus& sink : of.store.sinks) to.add({{"sink", sink.sink}}, sink.waiting);
     }},
    {{"matchrunner_outbox_oldest_seconds", MetricKind::gauge, "`sink`", "the age of the oldest of them; 0: none waits"},
     [](Samples& to, const MetricsSource& of) {
       for (const OutboxStatus& sink : of.store.sinks) {
         const auto oldest = of.store.oldest_waiting.find(sink.sink);
         to.add({{"sink", sink.sink}},
                oldest == of.store.oldest_waiting.end() ? 0.0 : seconds(of.status.at - oldest->second));
       }
     }},
    {{"matchrunner_events_published_total", MetricKind::counter, "`sink`",
      "events that this process brought to a sink"},
     [](Samples& to, const MetricsSource& of) {
       for (const PartHealth& part : of.status.parts)
         if (const auto sink = named(part, "sink ")) to.add({{"sink", *sink}}, part.done);
     }},
    {{"matchrunner_commands_total", MetricKind::counter, "`source`", "commands that came, by the source's number"},
     [](Samples& to, const MetricsSource& of) {
       for (const PartHealth& part : of.status.parts)
         if (const auto source = named(part, "source ")) to.add({{"source", *source}}, part.done);
     }},
    {{"matchrunner_commands_refused_total", MetricKind::counter, "`source`", "of these, those that were no commands"},
     [](Samples& to, const MetricsSource& of) {
       for (const PartHealth& part : of.status.parts)
         if (const auto source = named(part, "source ")) to.add({{"source", *source}}, part.refused);
     }},
    {{"matchrunner_part_up", MetricKind::gauge, "`part`",
      "1 while the store, executor, artifacts, source or sink answers"},
     [](Samples& to, const MetricsSource& of) {
       for (const PartHealth& part : of.status.parts) to.add({{"part", part.name}}, one_if(part.failures == 0));
     }},
    {{"matchrunner_reconnects_total", MetricKind::counter, "`part`", "times that it answered again after it had not"},
     [](Samples& to, const MetricsSource& of) {
       for (const PartHealth& part : of.status.parts) to.add({{"part", part.name}}, part.recoveries);
     }},
};

constexpr std::size_t row_count = std::size(metric_rows);

constexpr auto families = [] {
  std::array<MetricFamily, row_count> all{};
  for (std::size_t i = 0; i < row_count; ++i) all[i] = metric_rows[i].family;
  return all;
}();

}  // namespace

std::span<const MetricFamily> metric_families() { return families; }

std::string metrics_text(const MetricsSource& source) {
  std::string text;
  for (const Row& row : metric_rows) {
    text.append("# HELP ").append(row.family.name).append(" ").append(row.family.help).append("\n");
    text.append("# TYPE ").append(row.family.name).append(" ").append(name_of(metric_kinds, row.family.kind));
    text.append("\n");
    Samples samples(text, row.family);
    row.write(samples, source);
  }
  return text;
}

}  // namespace matchrunner
