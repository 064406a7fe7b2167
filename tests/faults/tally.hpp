// SPDX-License-Identifier: Apache-2.0
// Tally: named counts in the order in which they first came up, and what was found broken. A value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace matchrunner::test {

struct Tally {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  std::vector<std::string> violations;

  std::uint64_t& of(const std::string& name) {
    const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& row) { return row.first == name; });
    return found != counts.end() ? found->second : counts.emplace_back(name, 0).second;
  }
  void add(const std::string& name, std::uint64_t count = 1) { of(name) += count; }
  void at_most_seen(const std::string& name, std::uint64_t count) { of(name) = std::max(of(name), count); }
  void violation(std::string text) { violations.push_back(std::move(text)); }

  std::string table() const {
    std::string text;
    const auto add_row = [&text](const std::string& name, std::uint64_t count) {
      const std::string number = std::to_string(count);
      text +=
          "  " + name + std::string(50 - std::min<std::size_t>(49, name.size() + number.size()), ' ') + number + "\n";
    };
    for (const auto& [name, count] : counts) add_row(name, count);
    add_row("violations", violations.size());
    return text;
  }
};

}  // namespace matchrunner::test
