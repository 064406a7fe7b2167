// SPDX-License-Identifier: Apache-2.0
// FaultyProxy: stands between a client and a real HTTP/1.1 server on loopback, and hands requests on; some of them it
// answers itself, cuts off or damages, as balancers and broken lines do. Safe from any thread.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"

namespace matchrunner {

class FaultyProxy {
 public:
  explicit FaultyProxy(const std::string& endpoint);  // of the server: "http://127.0.0.1:PORT"
  ~FaultyProxy();

  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }

  enum class Way : unsigned char {
    answered,        // the server does not get it
    cut,             // in the middle of its body: the server gets half of it
    answer_lost,     // the server gets it, and hears nothing
    damaged,         // a bit of its body changes
    answer_damaged,  // ... of the answer's
  };

  // Happens to the next requests, as many as `times`, that begin with `method` and have `piece` in their first line,
  // and `header` somewhere in their head.
  struct Fault {
    std::string method, piece;
    Way way = Way::cut;
    int status = 0;  // of an answer
    std::string body = {};
    int times = 1;
    std::string header = {};
  };
  void will(Fault fault);

  // How often faults are still to happen.
  int to_come() const;

 private:
  std::optional<Fault> next_fault(const std::string& request);
  void serve(const UniqueFd& client);

  const int server_port_;
  int port_ = 0;
  UniqueFd listener_;
  mutable std::mutex mutex_;
  std::list<Fault> faults_;
  std::list<std::jthread> connections_;
  std::jthread acceptor_;
};

}  // namespace matchrunner
