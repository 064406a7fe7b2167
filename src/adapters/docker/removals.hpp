// SPDX-License-Identifier: Apache-2.0
// Removals: of containers that have ended and have nothing more to give. Each is asked for at once, and nobody waits
// for its answer: the next match begins meanwhile. One that fails is found by its labels later. One thread.
#pragma once

#include <memory>
#include <string>

#include "adapters/docker/engine.hpp"

namespace matchrunner::docker {

class Removals {
 public:
  explicit Removals(std::shared_ptr<Engine> engine);
  ~Removals();  // when they are done, or after a time
  Removals(const Removals&) = delete;
  Removals& operator=(const Removals&) = delete;

  // The engine has been asked when it returns.
  void start(const std::string& path);
  // All that was asked for is done, or has had its time.
  void finish();

 private:
  void settle(std::size_t most, const Context& context);

  const std::shared_ptr<Engine> engine_;
  http::Session session_;
};

}  // namespace matchrunner::docker
