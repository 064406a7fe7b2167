// SPDX-License-Identifier: Apache-2.0
// DeafListener: a port of loopback that neither accepts connections nor refuses them: its queue is full, so that the
// kernel drops who knocks.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>

#include "base/unique_fd.hpp"

namespace matchrunner {

class DeafListener {
 public:
  DeafListener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const as_any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), as_any, size) != 0 || ::listen(listener_.get(), 0) != 0 ||
        ::getsockname(listener_.get(), as_any, &size) != 0)
      throw std::runtime_error("no port");
    port_ = ntohs(address.sin_port);
    for (UniqueFd& each : queue_) {
      each.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      [[maybe_unused]] const int begun = ::connect(each.get(), as_any, size);
    }
    pollfd last{queue_.back().get(), POLLOUT, 0};
    if (::poll(&last, 1, 0) != 0) throw std::runtime_error("the queue is not full");
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  UniqueFd listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::array<UniqueFd, 4> queue_;
  int port_ = 0;
};

}  // namespace matchrunner
