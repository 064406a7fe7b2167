// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/end_order.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstdlib>

#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

// On its way out, or there: proc(5), field 9 of stat, PF_EXITING.
bool is_ending(pid_t pid) {
  constexpr unsigned long exiting = 4;
  constexpr std::size_t flags = 6;  // behind the name
  const std::string stat = read_text(("/proc/" + std::to_string(pid) + "/stat").c_str());
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return true;  // waited for already
  const auto fields = split(std::string_view(stat).substr(name_end + 2), ' ');
  return fields.size() > flags && (std::strtoul(fields[flags].data(), nullptr, 10) & exiting) != 0;
}

}  // namespace

Failure EndOrder::open() {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  return epoll_ ? Failure{} : failed("epoll");
}

void EndOrder::follow(std::uint32_t index, pid_t pid) {
  UniqueFd pidfd(pid != 0 ? open_pidfd(pid) : -1);
  const bool gone = pid == 0 || (!pidfd && errno == ESRCH);
  epoll_event once{EPOLLIN | EPOLLONESHOT, {.u32 = index}};
  if (!gone && (!pidfd || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd.get(), &once) != 0)) return;
  if (programs_.size() <= index) programs_.resize(index + 1);
  programs_[index] = {true, std::move(pidfd), gone ? 0 : pid};
  if (gone) gone_.push_back(index);
  last_followed_ = index;
}

void EndOrder::look() {
  for (const std::uint32_t index : gone_) note_end(index);
  gone_.clear();
  epoll_event ready{};
  while (epoll_ && ::epoll_wait(epoll_.get(), &ready, 1, 0) == 1) note_end(ready.data.u32);
}

void EndOrder::note_end(std::uint32_t index) {
  Program& program = programs_[index];
  const Program& last = programs_[last_followed_];
  program.place = ++ended_;
  program.last_was_ending = last.place == 0 && (last.pid == 0 || is_ending(last.pid));
}

const EndOrder::Program* EndOrder::find(std::uint32_t index) const {
  return index < programs_.size() && programs_[index].followed ? &programs_[index] : nullptr;
}

bool EndOrder::may_follow_from_last(std::uint32_t index) const {
  const Program* program = find(index);
  return program != nullptr && program->last_was_ending;
}

std::optional<bool> EndOrder::before(std::uint32_t one, std::uint32_t other) const {
  const Program* a = find(one);
  const Program* b = find(other);
  if (a == nullptr || b == nullptr || a->place + b->place == 0) return std::nullopt;
  return a->place != 0 && (b->place == 0 || a->place < b->place);
}

}  // namespace matchrunner::launcher
