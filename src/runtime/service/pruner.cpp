// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/pruner.hpp"

#include <algorithm>
#include <cmath>

#include "base/clocks.hpp"
#include "matchrunner/service_config.hpp"

namespace matchrunner {
namespace {

constexpr double milliseconds_a_day = 24 * 60 * 60 * 1000.0;

// Between two looks: a tenth of how long matches are kept, within bounds.
constexpr milliseconds shortest_wait{1'000};
constexpr milliseconds longest_wait = std::chrono::hours(1);

std::string removed_before(std::uint64_t count, Time before) {
  return (count == 1 ? "1 match that ended before " : std::to_string(count) + " matches that ended before ") +
         to_string(before) + (count == 1 ? " is removed" : " are removed");
}

}  // namespace

Pruner::Pruner(Runner& runner, LogQueue& log, double keep_days)
    : runner_(runner), log_(log), keep_(std::llround(std::min(keep_days, max_keep_days) * milliseconds_a_day)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Pruner::run(const std::stop_token& stop) {
  const Context until_told{Context::Clock::time_point::max(), stop};
  const milliseconds wait = std::clamp(keep_ / 10, shortest_wait, longest_wait);
  for (; !stop.stop_requested(); let_pass(wait, until_told)) look(until_told);
}

void Pruner::look(const Context& until_told) {
  const Time before = wall_now() - keep_;
  const auto pruned = runner_.prune(before, until_told);
  if (!pruned && until_told.stop.stop_requested()) return;
  if (pruned && pruned->removed > 0) log_.put(LogLevel::info, removed_before(pruned->removed, before));
  const Result<std::uint64_t> all = pruned ? pruned->all_removed() : pruned.error();
  if (!all && !failing_)
    log_.put(LogLevel::warning,
             "what ended before " + to_string(before) + " is not all removed: " + all.error().describe());
  failing_ = !all;
}

}  // namespace matchrunner
