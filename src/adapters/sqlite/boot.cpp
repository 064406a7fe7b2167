// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/boot.hpp"

#include <fstream>

namespace matchrunner {

Result<std::string> boot_id() {
  constexpr const char* path = "/proc/sys/kernel/random/boot_id";
  std::string id;
  if (std::ifstream file(path); std::getline(file, id) && !id.empty()) return id;
  return Error{ErrorCode::unsupported, std::string(path) + ": cannot be read, and leases need it", "sqlite"};
}

}  // namespace matchrunner
