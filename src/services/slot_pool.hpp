// SPDX-License-Identifier: Apache-2.0
// SlotPool: the right to run n matches at once, as n slot records under lease; nothing is counted, so nothing needs
// repair. No threads and no state of its own: safe wherever the store is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "matchrunner/ports/state_store.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner {

class SlotPool {
 public:
  SlotPool(StateStore& store, std::string name) : store_(store), name_(std::move(name)) {}

  // Makes the pool with `slots` when there is none, and returns its size. `slots` 0: whatever is stored, else
  // `otherwise`. `conflict`: it has another size.
  Result<std::uint32_t> ensure(std::uint32_t slots, std::uint32_t otherwise, const Context& context);

  // A slot for the match; nothing when all are taken. Best the one that lapsed with it, then a random one of those that
  // were given back, then of those whose lease has lapsed: of these the subject is the match that was in it last.
  Result<std::optional<Record>> free_slot(const std::string& match, const Context& context);

  Result<PoolStatus> status(const Context& context);  // `not_found`
  Result<PoolStatus> resize(std::uint32_t slots, const Context& context);

  static Result<std::vector<PoolStatus>> list(StateStore& store, const Context& context);

 private:
  Result<std::vector<Record>> slots(const Context& context);

  StateStore& store_;
  std::string name_;
};

}  // namespace matchrunner
