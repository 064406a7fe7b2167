// SPDX-License-Identifier: Apache-2.0
// FaultyLine: a TCP line to a real server, over which things go wrong when a test says so: requests that are answered
// by 500 instead, answers that are cut or slow, or all silent, with no end and no reset, until it is mended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"

namespace matchrunner::test {

class FaultyLine {
 public:
  // To the unix socket, from this process's own network.
  explicit FaultyLine(const std::string& socket);
  // To 127.0.0.1:`port` of another network namespace ("/proc/PID/ns/net"), from there.
  FaultyLine(const std::string& network, std::uint16_t port);
  ~FaultyLine();
  FaultyLine(const FaultyLine&) = delete;
  FaultyLine& operator=(const FaultyLine&) = delete;

  // "127.0.0.1:PORT", of its near end.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  using Pause = std::chrono::milliseconds;

  // What happens to each request whose first line has these words; one of the four holds, until mend().
  void refuse(const std::string& words) { set({Kind::refuse, words}); }
  void cut(const std::string& words, std::size_t after) { set({Kind::cut, words, after}); }  // bytes of the answer
  // ... of whose answer each 64 KiB are held back for so long.
  void slow(const std::string& words, Pause pause) { set({Kind::slow, words, 0, pause}); }
  void silence_at(const std::string& words) { set({Kind::silence, words}); }  // everything, from the first one on
  void silence() { silence_at({}); }                                          // from now on
  void mend();                                                                // what was held back goes on its way

  // Until the fault has struck; when silent: something waits to get through.
  void wait_until_struck();
  bool has_struck() const;

 private:
  enum class Kind : unsigned char { none, refuse, cut, slow, silence };
  struct Fault {
    Kind kind = Kind::none;
    std::string words;
    std::size_t after = 0;
    Pause pause{0};
  };
  using Clock = std::chrono::steady_clock;
  // One direction of a connection.
  struct Way {
    int from;
    int to;
    std::string under_way = {};
    bool ended = false;
    bool told_end = false;
    Pause pause{0};
    Clock::time_point due = {};  // of what is under way
  };
  struct Connection {
    UniqueFd near;
    UniqueFd far;
    Way there;
    Way back;
    std::size_t answered = 0;
    bool cut = false;
  };

  void begin(const std::string& network, std::function<UniqueFd()> reach);
  void set(Fault fault);
  void carry();
  void strike();
  void accept_one();
  bool pass_on(Connection& connection, short near, short far);  // false: it is over
  bool look_at_request(Connection& connection);
  static bool read_some(Way& way);
  static bool write_some(Way& way);

  std::function<UniqueFd()> reach_;
  UniqueFd listener_;
  UniqueFd wake_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable struck_;
  Fault fault_;
  bool silent_ = false;
  bool has_struck_ = false;
  bool ends_ = false;
  std::list<Connection> connections_;
  std::thread thread_;
};

}  // namespace matchrunner::test
