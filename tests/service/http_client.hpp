// SPDX-License-Identifier: Apache-2.0
// A client that sends what bytes it likes, for one thread.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace matchrunner::test {

class HttpClient {
 public:
  explicit HttpClient(const std::string& address);  // "127.0.0.1:PORT"

  bool send(std::string_view bytes);  // false: the server has ended the connection
  std::string until_closed();         // all that comes until the server ends the connection

 private:
  bool receive();
  UniqueFd fd_;
  std::string received_;
};

// What the server says to one request, until it ends the connection.
std::string answer(const std::string& address, std::string_view request);

}  // namespace matchrunner::test
