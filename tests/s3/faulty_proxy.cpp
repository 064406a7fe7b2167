// SPDX-License-Identifier: Apache-2.0
#include "s3/faulty_proxy.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

namespace matchrunner {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd make_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::runtime_error("no socket");
  return fd;
}

bool send_all(const UniqueFd& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Appends what comes; false: nothing comes any more.
bool receive_some(const UniqueFd& from, std::string& bytes) {
  std::string part(1 << 16, '\0');
  const auto got = ::recv(from.get(), part.data(), part.size(), 0);
  if (got > 0) bytes.append(part, 0, static_cast<std::size_t>(got));
  return got > 0;
}

struct Request {
  std::string head;  // with the empty line
  std::string body;
};

std::optional<Request> receive_request(const UniqueFd& client) {
  std::string bytes;
  while (bytes.find("\r\n\r\n") == bytes.npos)
    if (!receive_some(client, bytes)) return std::nullopt;
  const std::size_t end = bytes.find("\r\n\r\n") + 4;
  Request request{bytes.substr(0, end), bytes.substr(end)};
  std::string lower = request.head;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::size_t length = lower.find("\r\ncontent-length:");
  const std::size_t size = length == lower.npos ? 0 : std::stoul(lower.substr(length + 17));
  while (request.body.size() < size)
    if (!receive_some(client, request.body)) return std::nullopt;
  return request;
}

// In the middle of what comes after `head` bytes.
void damage(std::string& bytes, std::size_t head = 0) {
  if (bytes.size() <= head) return;
  char& c = bytes[head + (bytes.size() - head) / 2];
  c = static_cast<char>(c ^ 1);
}

}  // namespace

FaultyProxy::FaultyProxy(const std::string& endpoint)
    : server_port_(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))), listener_(make_socket()) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const as_any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), as_any, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), as_any, &size) != 0)
    throw std::runtime_error("no port");
  port_ = ::ntohs(address.sin_port);
  acceptor_ = std::jthread([this] {
    while (true) {
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      connections_.emplace_back([this, client = UniqueFd(fd)] { serve(client); });
    }
  });
}

// The clients are gone by now, and with them their connections end.
FaultyProxy::~FaultyProxy() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
}

void FaultyProxy::will(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

int FaultyProxy::to_come() const {
  const std::lock_guard lock(mutex_);
  int times = 0;
  for (const Fault& fault : faults_) times += fault.times;
  return times;
}

std::optional<FaultyProxy::Fault> FaultyProxy::next_fault(const std::string& request) {
  const std::string line = request.substr(0, request.find("\r\n"));
  const std::lock_guard lock(mutex_);
  const auto fault = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& each) {
    return each.times > 0 && line.starts_with(each.method + " ") && line.find(each.piece) != line.npos &&
           request.find(each.header) != request.npos;
  });
  if (fault == faults_.end()) return std::nullopt;
  --fault->times;
  return *fault;
}

// One request: with "connection: close" the server ends its answer, and the client makes a new connection for the next.
void FaultyProxy::serve(const UniqueFd& client) {
  auto request = receive_request(client);
  if (!request) return;
  const auto fault = next_fault(request->head);
  if (fault && fault->way == Way::answered) {
    send_all(client, "HTTP/1.1 " + std::to_string(fault->status) + " x\r\nconnection: close\r\ncontent-length: " +
                         std::to_string(fault->body.size()) + "\r\n\r\n" + fault->body);
    return;
  }
  const UniqueFd server = make_socket();
  const sockaddr_in address = loopback(server_port_);
  if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  request->head.insert(request->head.find("\r\n") + 2, "connection: close\r\n");
  if (fault && fault->way == Way::cut) request->body.resize(request->body.size() / 2);
  if (fault && fault->way == Way::damaged) damage(request->body);
  if (!send_all(server, request->head + request->body)) return;
  if (fault && fault->way == Way::cut) return;
  std::string answer;
  while (receive_some(server, answer)) continue;
  if (fault && fault->way == Way::answer_lost) return;
  if (fault && fault->way == Way::answer_damaged) damage(answer, answer.find("\r\n\r\n") + 4);
  send_all(client, answer);
}

}  // namespace matchrunner
