// SPDX-License-Identifier: Apache-2.0
#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {

std::span<const StoreCheck> state_store_checks() {
  static const std::vector<StoreCheck> all = [] {
    std::vector<StoreCheck> checks;
    for (const auto part : {store_write_checks(), store_unique_key_checks(), store_lease_checks(), store_list_checks(),
                            store_event_checks(), store_thread_checks()})
      checks.insert(checks.end(), part.begin(), part.end());
    return checks;
  }();
  return all;
}

}  // namespace matchrunner::conformance
