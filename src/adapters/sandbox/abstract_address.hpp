// SPDX-License-Identifier: Apache-2.0
// AbstractAddress: the address of a socket that has a name in the kernel and no file. A value.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace matchrunner::sandbox {

class AbstractAddress {
 public:
  // Names longer than the kernel allows are cut.
  explicit AbstractAddress(std::string_view name) {
    const std::size_t length = std::min(name.size(), sizeof address_.sun_path - 1);
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path + 1, name.data(), length);
    size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return size_; }

 private:
  sockaddr_un address_{};
  socklen_t size_;
};

}  // namespace matchrunner::sandbox
