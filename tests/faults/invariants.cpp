// SPDX-License-Identifier: Apache-2.0
#include "faults/invariants.hpp"

#include <array>
#include <fstream>
#include <set>
#include <unordered_map>

#include "base/digest.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner::test {
namespace {

constexpr std::array artifact_names{"logs/program.stderr", "logs/program.stdout", "output/file", "result.json"};

void one_outcome(const Aftermath& aftermath, Tally& tally) {
  std::map<std::string, int> outcomes, ends;
  for (const Event& event : aftermath.journal) {
    if (event.type == "ended") ++outcomes[event.subject];
    if (event.type == "collected" || event.type == "fail" || event.type == "stop") ++ends[event.subject];
    if (event.type == "claim") tally.add("runs");
    if (event.type == "lapse") tally.add("lapses");
  }
  for (const Match& match : aftermath.matches) {
    if (match.state != MatchState::finished)
      tally.violation(match.id + " is " + std::string(to_string(match.state)) + ": " +
                      (match.outcome ? match.outcome->reason : "no outcome"));
    if (outcomes[match.id] != 1 || ends[match.id] != 1)
      tally.violation(match.id + " has " + std::to_string(outcomes[match.id]) + " outcomes and ended " +
                      std::to_string(ends[match.id]) + " times");
  }
}

// Once a match has a higher epoch, nothing of a lower one gets into the journal.
void old_epochs_fenced(const Aftermath& aftermath, Tally& tally) {
  std::map<std::string, const Event*> last;
  for (const Event& event : aftermath.journal) {
    if (event.kind != "match") continue;
    const Event*& before = last[event.subject];
    if (before != nullptr && event.epoch < before->epoch)
      tally.violation(event.subject + ": " + event.type + " of epoch " + std::to_string(event.epoch) + " after " +
                      before->type + " of epoch " + std::to_string(before->epoch));
    if (before != nullptr && event.type == "claim" && event.epoch == before->epoch)
      tally.violation(event.subject + ": a claim that did not raise the epoch " + std::to_string(event.epoch));
    before = &event;
  }
  tally.add("events", aftermath.journal.size());
}

// Every event at least once, the first occurrences in order for each match, and nothing that the journal has not.
void all_published(const Aftermath& aftermath, Tally& tally) {
  std::unordered_map<std::string, const Event*> by_line;
  for (const Event& event : aftermath.journal) by_line[to_json(event)] = &event;
  for (const auto& [sink, path] : aftermath.sink_paths) {
    std::unordered_map<std::string, std::uint64_t> last;  // of a match: the newest event that came so far
    std::set<std::uint64_t> seen;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      const auto found = by_line.find(line);
      if (found == by_line.end()) {
        tally.violation("sink " + sink + " has what was never stored: " + line);
        continue;
      }
      const Event& event = *found->second;
      tally.add("lines of sinks");
      if (!seen.insert(event.sequence).second) {
        tally.add("lines published again");
        continue;
      }
      std::uint64_t& newest = last[event.subject];
      if (event.sequence < newest)
        tally.violation("sink " + sink + ": " + event.subject + "'s event " + std::to_string(event.sequence) +
                        " came after " + std::to_string(newest));
      newest = event.sequence;
    }
    if (seen.size() != by_line.size())
      tally.violation("sink " + sink + " has " + std::to_string(seen.size()) + " of " + std::to_string(by_line.size()) +
                      " events");
  }
}

std::string content_of(ArtifactSink& sink, const std::string& uri) {
  std::string content;
  while (true) {
    const auto part = sink.read(uri, content.size(), std::size_t{1} << 20, Context::within(std::chrono::seconds(30)));
    if (!part || part->empty()) return content;
    content += *part;
  }
}

void artifacts_complete(const Aftermath& aftermath, Tally& tally) {
  for (const Match& match : aftermath.matches) {
    std::set<std::string> names;
    for (const Artifact& artifact : match.artifacts) {
      names.insert(artifact.name);
      const std::string content = content_of(*aftermath.artifacts, artifact.uri);
      if (artifact.missing || content.size() != artifact.bytes || sha256_hex(content) != artifact.sha256)
        tally.violation(match.id + ": artifact " + artifact.name + " is not what the store says");
      tally.add("artifacts");
    }
    if (names != std::set<std::string>(artifact_names.begin(), artifact_names.end()))
      tally.violation(match.id + " has " + std::to_string(names.size()) + " of " +
                      std::to_string(artifact_names.size()) + " artifacts");
  }
}

// What the games themselves saw, those of killed runs as well.
void limit_kept(const Aftermath& aftermath, Tally& tally) {
  std::set<std::string> played;
  for (const GameReport& report : aftermath.reports) {
    played.insert(report.match);
    if (report.place < 0)
      tally.violation(report.match + " found every place taken: more run at once than there are slots");
    if (!report.alone) tally.violation(report.match + " was played twice at once");
    tally.at_most_seen("most games at once", static_cast<std::uint64_t>(report.place + 1));
  }
  tally.add("games that looked for a place", aftermath.reports.size());
  for (const Match& match : aftermath.matches)
    if (!played.count(match.id)) tally.violation(match.id + " has ended, and its game never told");
}

using Check = void (*)(const Aftermath&, Tally&);
constexpr std::array<Check, 5> checks{one_outcome, old_epochs_fenced, all_published, artifacts_complete, limit_kept};

}  // namespace

void check_invariants(const Aftermath& aftermath, Tally& tally) {
  for (const Check check : checks) check(aftermath, tally);
}

}  // namespace matchrunner::test
