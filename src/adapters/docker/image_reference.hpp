// SPDX-License-Identifier: Apache-2.0
// ImageReference: [registry/]repository[:tag][@digest], as Docker reads it
// (https://pkg.go.dev/github.com/distribution/reference). Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"

namespace matchrunner::docker {

struct ImageReference {
  std::string registry;    // "docker.io" when none is named
  std::string repository;  // "library/busybox"
  std::string tag;         // "latest" when neither tag nor digest is named
  std::string digest;      // "sha256:..."; empty: none

  std::string name() const { return registry + "/" + repository; }
  std::string full() const;  // with all of its parts
};

// Whether a reference may begin with it: "localhost", or a host with a dot or a port.
bool is_registry(std::string_view text);

// As it is written, behind `registry` where it names none; an empty one: as it is written.
std::string with_registry(const std::string& text, const std::string& registry);

// `invalid_argument`: no such form; the message begins with `field`.
Result<ImageReference> read_reference(std::string_view text, const std::string& field = "image");

// Whether one of `patterns` fits the reference as it is written or its full form; `*` stands for any text.
bool may_run(std::string_view text, const ImageReference& reference, std::span<const std::string> patterns);

}  // namespace matchrunner::docker
