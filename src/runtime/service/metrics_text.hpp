// SPDX-License-Identifier: Apache-2.0
// The metrics of a service in the text format 0.0.4 of Prometheus. docs/service.md is printed from its table.
// Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/service/journal_follower.hpp"

namespace matchrunner {

enum class MetricKind : unsigned char { gauge, counter, histogram };
inline constexpr std::array<Name<MetricKind>, 3> metric_kinds{
    {{MetricKind::gauge, "gauge"}, {MetricKind::counter, "counter"}, {MetricKind::histogram, "histogram"}}};

struct MetricFamily {
  std::string_view name;
  MetricKind kind;
  std::string_view labels;  // for the docs
  std::string_view help;
};
std::span<const MetricFamily> metric_families();

struct MetricsSource {
  const ServiceStatus& status;
  const StoreFacts& store;
  const MatchCounts& counts;
  std::optional<Time> oldest_queued;
};
std::string metrics_text(const MetricsSource& source);

}  // namespace matchrunner
