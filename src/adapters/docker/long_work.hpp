// SPDX-License-Identifier: Apache-2.0
// Long work of an engine, a pull, push or build, of which it tells in lines of JSON while it is at it. One that fails
// says so in a line, long after the status 200. Used by one thread.
#pragma once

#include <map>
#include <string>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/json_parts.hpp"
#include "matchrunner/domain/image.hpp"

namespace matchrunner::docker {

// What an engine tells, piece by piece.
class WorkLines {
 public:
  WorkLines(std::string what, const OnImageStep& on_step) : what_(std::move(what)), on_step_(on_step) {}

  // The failure, when a line says one: it begins with `what`.
  Result<http::Request::Taken> take(ByteView part);
  // After the last piece: what the lines gave as their result ("aux"), laid over one another.
  Result<Json> close();

 private:
  struct Layer {
    std::uint64_t bytes = 0;
    std::uint64_t total = 0;
  };

  Result<void> read_line(const std::string& line);
  void read_output(const std::string& text);
  void read_status(const std::string& status, const Json& line);
  void tell(ImageStep step) const;

  const std::string what_;
  const OnImageStep& on_step_;
  std::map<std::string, Layer> layers_;
  std::string output_;  // of a build: what has no end of line yet
  std::string rest_;
  Json result_ = Json::object();
};

struct LongWork {
  http::Request request;
  std::string what;  // "image X"
  const char* name;  // "pull"
};

// `unavailable`: the engine is away, or ended it, or a registry said nothing for too long; `timeout`, `cancelled`: the
// context ended, and the engine gives up; others as a line says.
Result<Json> do_work(Engine& engine, LongWork work, const DockerOptions& options, const OnImageStep& on_step,
                     const Context& context);

}  // namespace matchrunner::docker
