// SPDX-License-Identifier: Apache-2.0
#include "docker/faulty_line.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <stdexcept>
#include <vector>

namespace matchrunner::test {
namespace {

constexpr std::string_view refusal =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    "busy\n";

UniqueFd connected(int family, const sockaddr* address, socklen_t size) {
  UniqueFd made(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made || ::connect(made.get(), address, size) != 0) return {};
  ::fcntl(made.get(), F_SETFL, O_NONBLOCK);
  return made;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd connected_to(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  return connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

UniqueFd connected_to(std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  return connected(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

FaultyLine::FaultyLine(const std::string& socket) {
  begin({}, [socket] { return connected_to(socket); });
}

FaultyLine::FaultyLine(const std::string& network, std::uint16_t port) {
  begin(network, [port] { return connected_to(port); });
}

FaultyLine::~FaultyLine() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

// Sockets are of the network that the thread is in which makes them.
void FaultyLine::begin(const std::string& network, std::function<UniqueFd()> reach) {
  reach_ = std::move(reach);
  wake_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  std::promise<bool> listens;
  auto listening = listens.get_future();
  thread_ = std::thread([this, network, &listens] {
    const UniqueFd its(network.empty() ? -1 : ::open(network.c_str(), O_RDONLY | O_CLOEXEC));
    const bool there = network.empty() || (its && ::setns(its.get(), CLONE_NEWNET) == 0);
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const bool works = there && ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::listen(listener_.get(), 64) == 0 &&
                       ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0;
    port_ = ntohs(address.sin_port);
    listens.set_value(works);
    if (works) carry();
  });
  if (listening.get()) return;
  thread_.join();
  throw std::runtime_error("no faulty line can be laid");
}

void FaultyLine::set(Fault fault) {
  {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
    silent_ = fault_.kind == Kind::silence && fault_.words.empty();
    has_struck_ = false;
    for (Connection& each : connections_) {
      each.back.pause = Pause(0);
      each.back.due = {};
    }
  }
  ::eventfd_write(wake_.get(), 1);
}

void FaultyLine::mend() { set({}); }

void FaultyLine::wait_until_struck() {
  std::unique_lock lock(mutex_);
  if (!struck_.wait_for(lock, std::chrono::minutes(2), [this] { return has_struck_; }))
    throw std::runtime_error("the fault has not struck");
}

bool FaultyLine::has_struck() const {
  const std::lock_guard lock(mutex_);
  return has_struck_;
}

void FaultyLine::strike() {
  has_struck_ = true;
  struck_.notify_all();
}

void FaultyLine::carry() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    const auto now = Clock::now();
    int most_wait = -1;
    const auto wanted = [&](const Way& in, const Way& out) {
      if (silent_ && has_struck_) return short{0};
      const bool reads = in.under_way.empty() && !in.ended;
      const bool writes = !silent_ && !out.under_way.empty() && out.due <= now;
      return static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    };
    // Who wants nothing is left out: an end would be told again and again.
    const auto place = [](int fd, short events) { return pollfd{events == 0 ? -1 : fd, events, 0}; };
    std::vector<pollfd> all = {place(wake_.get(), POLLIN),
                               place(listener_.get(), silent_ && has_struck_ ? short{0} : short{POLLIN})};
    for (const Connection& each : connections_) {
      if (each.back.due > now && !each.back.under_way.empty()) {
        const auto left = static_cast<int>(std::chrono::ceil<Pause>(each.back.due - now).count());
        most_wait = most_wait < 0 ? left : std::min(most_wait, left);
      }
      all.push_back(place(each.near.get(), wanted(each.there, each.back)));
      all.push_back(place(each.far.get(), wanted(each.back, each.there)));
    }
    lock.unlock();
    ::poll(all.data(), all.size(), most_wait);
    lock.lock();
    eventfd_t woken = 0;
    if (all[0].revents != 0) ::eventfd_read(wake_.get(), &woken);
    std::size_t at = 2;
    for (auto each = connections_.begin(); each != connections_.end(); at += 2) {
      const short near = all[at].revents;
      const short far = all[at + 1].revents;
      if (silent_ && (near != 0 || far != 0)) strike();
      const bool goes_on = silent_ || (near == 0 && far == 0) || pass_on(*each, near, far);
      each = goes_on ? std::next(each) : connections_.erase(each);
    }
    if (all[1].revents != 0 && silent_) strike();
    if (all[1].revents != 0 && !silent_) accept_one();
  }
}

void FaultyLine::accept_one() {
  UniqueFd near(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!near) return;
  UniqueFd far = reach_();
  if (!far) return;  // as if nobody listened
  const int one = near.get();
  const int other = far.get();
  connections_.push_back({std::move(near), std::move(far), {one, other}, {other, one}});
}

bool FaultyLine::pass_on(Connection& connection, short near, short far) {
  constexpr short readable = POLLIN | POLLHUP | POLLERR;
  Way& there = connection.there;
  Way& back = connection.back;
  if ((near & readable) != 0 && there.under_way.empty() && !there.ended) {
    if (!read_some(there) || !look_at_request(connection)) return false;
    if (silent_) return true;
  }
  if ((far & readable) != 0 && back.under_way.empty() && !back.ended) {
    if (!read_some(back)) return false;
    connection.answered += back.under_way.size();
    if (connection.cut && fault_.kind == Kind::cut && connection.answered > fault_.after) {
      strike();
      return false;
    }
  }
  if (!write_some(there) || !write_some(back)) return false;
  return !there.told_end || !back.told_end;
}

// False: it has had its answer, and is over.
bool FaultyLine::look_at_request(Connection& connection) {
  const std::string& text = connection.there.under_way;
  const bool is_meant = fault_.kind != Kind::none && text.substr(0, text.find("\r\n")).find(fault_.words) != text.npos;
  if (!text.empty()) connection.cut = false;
  if (!text.empty()) connection.back.pause = Pause(0);
  if (!is_meant || text.empty()) return true;
  connection.answered = 0;
  if (fault_.kind == Kind::cut) {
    connection.cut = true;
    return true;
  }
  strike();
  if (fault_.kind == Kind::slow) {
    connection.back.pause = fault_.pause;
    return true;
  }
  silent_ = fault_.kind == Kind::silence;
  if (silent_) return true;
  connection.back.under_way = refusal;
  [[maybe_unused]] const bool told = write_some(connection.back);
  return false;
}

bool FaultyLine::read_some(Way& way) {
  char bytes[65536];
  const ssize_t count = ::recv(way.from, bytes, sizeof bytes, 0);
  if (count < 0) return would_block();
  way.ended = count == 0;
  way.under_way.assign(bytes, static_cast<std::size_t>(count));
  if (way.pause > Pause(0)) way.due = Clock::now() + way.pause;
  return true;
}

bool FaultyLine::write_some(Way& way) {
  if (!way.under_way.empty() && way.due > Clock::now()) return true;
  if (!way.under_way.empty()) {
    const ssize_t count = ::send(way.to, way.under_way.data(), way.under_way.size(), MSG_NOSIGNAL);
    if (count < 0) return would_block();
    way.under_way.erase(0, static_cast<std::size_t>(count));
  }
  if (way.ended && way.under_way.empty() && !way.told_end) {
    ::shutdown(way.to, SHUT_WR);
    way.told_end = true;
  }
  return true;
}

}  // namespace matchrunner::test
