// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/json.hpp"
#include "matchrunner/runner.hpp"
#include "module_parts.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

py::object bytes_of(const LogChunk& chunk) { return py::bytes(chunk.bytes); }
void set_bytes(LogChunk& chunk, py::handle bytes) { chunk.bytes = py::cast<std::string>(bytes); }

}  // namespace

void add_runner_values(py::module_& module) {
  Value<MatchPage>(module, "MatchPage").field("matches", &MatchPage::matches).field("next", &MatchPage::next).done();

  Value<LogChunk>(module, "LogChunk")
      .mapped_field("bytes", &bytes_of, &set_bytes)
      .field("next_offset", &LogChunk::next_offset)
      .field("finished", &LogChunk::finished)
      .field("claimed_at", &LogChunk::claimed_at)
      .done();

  Value<PoolStatus::Holder>(module, "SlotHolder")
      .field("slot", &PoolStatus::Holder::slot)
      .field("match", &PoolStatus::Holder::match)
      .field("runner", &PoolStatus::Holder::runner)
      .done();

  Value<PoolStatus>(module, "PoolStatus")
      .field("name", &PoolStatus::name)
      .field("slots", &PoolStatus::slots)
      .field("busy", &PoolStatus::busy)
      .done();

  Value<OutboxStatus>(module, "OutboxStatus")
      .field("sink", &OutboxStatus::sink)
      .field("published", &OutboxStatus::published)
      .field("waiting", &OutboxStatus::waiting)
      .field("last_error", &OutboxStatus::last_error)
      .field("failures", &OutboxStatus::failures)
      .field("failing_since", &OutboxStatus::failing_since)
      .field("next_attempt_at", &OutboxStatus::next_attempt_at)
      .done()
      .def(
          "to_json", [](const OutboxStatus& status) { return to_json(status); }, "One line of JSON.");

  Value<WaitingArtifacts>(module, "WaitingArtifacts")
      .field("match", &WaitingArtifacts::match)
      .field("waiting", &WaitingArtifacts::waiting)
      .field("last_error", &WaitingArtifacts::last_error)
      .field("host", &WaitingArtifacts::host)
      .field("since", &WaitingArtifacts::since)
      .field("next_attempt_at", &WaitingArtifacts::next_attempt_at)
      .done()
      .def(
          "to_json", [](const WaitingArtifacts& waiting) { return to_json(waiting); }, "One line of JSON.");

  Value<PartHealth>(module, "PartHealth")
      .field("name", &PartHealth::name)
      .field("done", &PartHealth::done)
      .field("refused", &PartHealth::refused)
      .field("failures", &PartHealth::failures)
      .field("recoveries", &PartHealth::recoveries)
      .field("last_error", &PartHealth::last_error)
      .field("failing_since", &PartHealth::failing_since)
      .done();

  Value<RunnerHealth>(module, "RunnerHealth")
      .field("name", &RunnerHealth::name)
      .field("taking", &RunnerHealth::taking)
      .field("workers", &RunnerHealth::workers)
      .field("silent", &RunnerHealth::silent)
      .field("parts", &RunnerHealth::parts)
      .done()
      .def(
          "to_json", [](const RunnerHealth& health) { return to_json(health); }, "One line of JSON.");
}

}  // namespace matchrunner::python
