// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/launcher.hpp"

#include <sys/timerfd.h>

#include <algorithm>

#include "adapters/sandbox/launcher/probe.hpp"

namespace matchrunner::launcher {

using sandbox::Frame;
using sandbox::FrameReader;
using sandbox::MessageKind;

int Launcher::run() {
  timer_.reset(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer_) return 1;
  while (!runner_lost_ || match_) wait();
  slots_.clear();
  remove_cgroup_places(grounds_.cgroups);
  return 0;
}

void Launcher::wait() {
  std::vector<pollfd> fds;
  fds.push_back({runner_lost_ ? -1 : socket_.get(), POLLIN, 0});
  fds.push_back({runner_lost_ ? -1 : runner_.get(), POLLIN, 0});
  fds.push_back({timer_.get(), POLLIN, 0});
  const std::size_t own = fds.size();
  if (match_) match_->watch(fds);
  arm_timer();
  if (::poll(fds.data(), fds.size(), -1) < 0) return;
  if (match_) match_->react(fds.data() + own);
  if (match_ && match_->over()) match_.reset();
  if (fds[0].revents != 0) read_requests();
  if (fds[1].revents != 0) lose_runner();
  if (match_ && match_->over()) match_.reset();
}

void Launcher::arm_timer() {
  const Nanoseconds time = match_ ? match_->next_time() : 0;
  if (time == timer_set_ && time > boot_time()) return;
  timer_set_ = time;
  itimerspec setting{};
  setting.it_value.tv_sec = time / 1000000000;
  setting.it_value.tv_nsec = time % 1000000000;
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

void Launcher::read_requests() {
  const FrameReader::Status status = reader_.receive(socket_.get());
  Frame frame;
  while (status != FrameReader::Status::broken && reader_.next(frame)) handle(frame);
  if (status != FrameReader::Status::more) lose_runner();
}

void Launcher::handle(Frame& frame) {
  if (frame.kind == MessageKind::hello) return greet(frame);
  if (frame.kind == MessageKind::start) return start_match(frame);
  sandbox::Stop stop;
  sandbox::ExtendLease extend;
  if (frame.kind == MessageKind::stop && from_bytes(frame.body, stop)) {
    if (match_) match_->stop(stop);
  } else if (frame.kind == MessageKind::extend_lease && from_bytes(frame.body, extend)) {
    if (match_) match_->extend_lease(extend);
  } else {
    lose_runner();
  }
}

void Launcher::greet(Frame& frame) {
  sandbox::Hello hello;
  if (!from_bytes(frame.body, hello) || frame.fds.size() != 2) return lose_runner();
  slot_lock_ = std::move(frame.fds[0]);
  runner_ = std::move(frame.fds[1]);
  const sandbox::Ready ready = make_grounds(hello, grounds_, slots_);
  send(MessageKind::ready, to_bytes(ready), {});
}

void Launcher::start_match(Frame& frame) {
  sandbox::StartMatch start;
  if (!from_bytes(frame.body, start) || frame.fds.size() != 1 || match_) return lose_runner();
  match_.emplace(
      std::move(start), grounds_, slots_,
      [this](MessageKind kind, const std::string& body, const std::vector<int>& fds) { send(kind, body, fds); });
  match_->start(std::move(frame.fds[0]));
}

// The few reports of one match fit into the socket; a runner that leaves them lying is as good as gone.
void Launcher::send(MessageKind kind, const std::string& body, const std::vector<int>& fds) {
  if (runner_lost_) return;
  const std::string bytes = sandbox::encode_frame(kind, body, fds.size());
  const long sent = sandbox::send_some(socket_.get(), bytes, fds.data(), fds.size());
  if (sent != static_cast<long>(bytes.size())) lose_runner();
}

void Launcher::lose_runner() {
  runner_lost_ = true;
  if (match_) match_->abandon(EndedBy::lease, "the runner is gone");
}

}  // namespace matchrunner::launcher
