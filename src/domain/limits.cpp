// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "matchrunner/domain/game.hpp"

namespace matchrunner {

Limits default_limits() {
  return Limits{
      .cpu_seconds = 60,
      .wall_seconds = std::numeric_limits<double>::infinity(),
      .memory_bytes = 512U << 20,
      .processes = 64,
      .open_files = 256,
      .output_bytes = 16U << 20,
      .artifact_bytes = 256U << 20,
      .disk_bytes = 1U << 30,
      .files = 100'000,
  };
}

Limits merged(const Limits& over, const Limits& under) {
  Limits all = under;
  const auto lay = [](const auto& from, auto& to) {
    if (from) to = from;
  };
  lay(over.cpu_seconds, all.cpu_seconds);
  lay(over.wall_seconds, all.wall_seconds);
  lay(over.memory_bytes, all.memory_bytes);
  lay(over.processes, all.processes);
  lay(over.open_files, all.open_files);
  lay(over.output_bytes, all.output_bytes);
  lay(over.artifact_bytes, all.artifact_bytes);
  lay(over.disk_bytes, all.disk_bytes);
  lay(over.files, all.files);
  return all;
}

}  // namespace matchrunner
