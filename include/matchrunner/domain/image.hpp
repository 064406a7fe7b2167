// SPDX-License-Identifier: Apache-2.0
// Images of containers: what one is built from, how far that is, and what came of it. Plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace matchrunner {

struct ImageBuild {
  std::string folder;                     // what its COPY and ADD may take, less what .dockerignore there says
  std::string tag;                        // its name afterwards: "localhost:5000/teams/red:v2"
  std::string dockerfile = "Dockerfile";  // in the folder
  bool pull = false;                      // asks registries for what it is built from also when the engine has it
};

// A line that a build wrote; or of layers on their way, what the engine says of one, and how far all are.
struct ImageStep {
  std::string text;
  std::uint64_t bytes = 0;
  std::uint64_t total_bytes = 0;  // 0: it is not about layers on their way
};
// What it throws ends the work, which then has the Error `callback` that carries it.
using OnImageStep = std::function<void(const ImageStep& step)>;

struct Image {
  std::string name;    // in full
  std::string id;      // the engine's: "sha256:..."
  std::string digest;  // its registry's; empty: no registry has it, as far as the engine knows

  bool operator==(const Image&) const = default;
};

}  // namespace matchrunner
