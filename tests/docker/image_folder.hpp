// SPDX-License-Identifier: Apache-2.0
// What tests of built images share: a folder with a Dockerfile, and what is told of a build.
#pragma once

#include <filesystem>
#include <functional>

#include "docker/docker_match.hpp"
#include "file_bytes.hpp"
#include "matchrunner/adapters/docker_images.hpp"

namespace matchrunner::test {

inline const std::string from_busybox = "FROM " + std::string(busybox) + "\n";

inline Context unhurried() { return Context::within(std::chrono::minutes(2)); }

class ImageFolder {
 public:
  explicit ImageFolder(const std::string& dockerfile) { write("Dockerfile", dockerfile); }

  std::string operator/(const std::string& path) const { return folder_ / path; }
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder_ / path).parent_path());
    write_bytes(folder_ / path, text);
  }
  ImageBuild build(const std::string& tag) const {
    ImageBuild build;
    build.folder = folder_.path();
    build.tag = tag;
    return build;
  }

 private:
  const TemporaryFolder folder_;
};

// Keeps what it is told, and hands it on.
class Told {
 public:
  explicit Told(OnImageStep also = nullptr) : also_(std::move(also)) {}

  OnImageStep on_step() {
    return [this](const ImageStep& step) {
      steps.push_back(step);
      if (also_) also_(step);
    };
  }
  bool has(const std::string& text) const {
    return std::any_of(steps.begin(), steps.end(), [&](const ImageStep& step) { return step.text == text; });
  }

  std::vector<ImageStep> steps;

 private:
  const OnImageStep also_;
};

inline Image built(const ImageBuild& build, const DockerOptions& options = docker_options()) {
  auto image = build_image(options, build, nullptr, unhurried());
  INFO((image ? "" : image.error().describe()));
  REQUIRE(image);
  return *std::move(image);
}

inline Error failure(const ImageBuild& build, const DockerOptions& options = docker_options()) {
  const auto image = build_image(options, build, nullptr, unhurried());
  REQUIRE(!image);
  INFO(image.error().describe());
  CHECK(image.error().message.find('\n') == std::string::npos);
  return image.error();
}

}  // namespace matchrunner::test
