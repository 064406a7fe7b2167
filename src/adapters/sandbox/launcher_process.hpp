// SPDX-License-Identifier: Apache-2.0
// LauncherProcess: the runner's end of one resident launcher. It is gone when this is destroyed, and with it all that
// it started. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "adapters/sandbox/frame.hpp"
#include "adapters/sandbox/host_slot.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner::sandbox {

class LauncherProcess {
 public:
  static constexpr milliseconds longest_end{10000};  // of a launcher and all that it started

  // Starts the program at `path` and waits until it is ready. Nothing is forked from this process, and it need not
  // wait for a child later.
  static Result<std::unique_ptr<LauncherProcess>> start(const std::string& path, Tier at_most, const Context& context,
                                                        bool diagnose = false);

  ~LauncherProcess();
  LauncherProcess(const LauncherProcess&) = delete;
  LauncherProcess& operator=(const LauncherProcess&) = delete;

  const Ready& ready() const { return ready_; }
  const HostSlot& slot() const { return slot_; }
  int socket() const { return socket_.get(); }
  std::uint64_t next_run() { return ++runs_; }

  template <Message T>
  Result<void> send(MessageKind kind, const T& message, const Context& context, int fd = -1) {
    return send_bytes(kind, to_bytes(message), fd < 0 ? nullptr : &fd, fd < 0 ? 0 : 1, context);
  }

  // Reads what has come. false: the launcher is gone; frames that came before still have to be taken.
  bool receive() { return reader_.receive(socket_.get()) == FrameReader::Status::more; }
  bool next(Frame& frame) { return reader_.next(frame); }

  // For one that is not needed any more: asks it to end with all that it started, and waits for that.
  void end();
  // Nothing has been heard of it while it had nothing to say.
  bool alive() const;

 private:
  LauncherProcess() = default;
  Result<void> spawn(const std::string& path);
  Result<void> greet(Tier at_most, bool diagnose, const Context& context);
  Result<void> send_bytes(MessageKind kind, const std::string& body, const int* fds, std::size_t fd_count,
                          const Context& context);

  const pid_t owner_ = ::getpid();
  HostSlot slot_;
  UniqueFd socket_;
  FrameReader reader_;
  Ready ready_;
  std::uint64_t runs_ = 0;
};

}  // namespace matchrunner::sandbox
