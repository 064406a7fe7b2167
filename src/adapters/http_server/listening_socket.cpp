// SPDX-License-Identifier: Apache-2.0
#include "adapters/http_server/listening_socket.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/host_port.hpp"
#include "base/system_error.hpp"

namespace matchrunner::http_server {
namespace {

constexpr int backlog = 64;

Result<UniqueFd> bound(const addrinfo& where, const std::string& address) {
  UniqueFd fd(::socket(where.ai_family, where.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, where.ai_protocol));
  const int on = 1;
  if (fd && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      ::bind(fd.get(), where.ai_addr, where.ai_addrlen) == 0 && ::listen(fd.get(), backlog) == 0)
    return fd;
  return system_error(errno, "cannot listen at " + address, "http");
}

}  // namespace

Result<UniqueFd> listen_at(const std::string& address) {
  const auto parts = split_host_port(address);
  if (!parts)
    return Error{ErrorCode::invalid_argument, "http: expected HOST:PORT or [ADDRESS]:PORT, found \"" + address + "\""};
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(parts->host.c_str(), parts->port.c_str(), &wanted, &found); failed != 0)
    return Error{ErrorCode::unavailable, "cannot listen at " + address + ": " + ::gai_strerror(failed), "http"};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  Result<UniqueFd> last = Error{ErrorCode::unavailable, "cannot listen at " + address + ": no address", "http"};
  for (const addrinfo* where = found; where != nullptr; where = where->ai_next) {
    last = bound(*where, address);
    if (last) return last;
  }
  return last;
}

Result<std::string> bound_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* const at = reinterpret_cast<sockaddr*>(&storage);
  if (::getsockname(fd, at, &size) != 0) return system_error(errno, "cannot tell where it listens", "http");
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const int failed =
      ::getnameinfo(at, size, host.data(), host.size(), port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  if (failed != 0)
    return Error{ErrorCode::internal, std::string("cannot tell where it listens: ") + ::gai_strerror(failed), "http"};
  const std::string name(host.data());
  return (name.find(':') == name.npos ? name : "[" + name + "]") + ":" + port.data();
}

}  // namespace matchrunner::http_server
