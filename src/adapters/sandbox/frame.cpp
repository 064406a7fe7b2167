// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/frame.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <iterator>

namespace matchrunner::sandbox {
namespace {

// A seat's descriptors and two more; far below the kernel's 253.
constexpr std::size_t max_fds = 128;
constexpr std::size_t max_body = 64U << 20U;

struct Head {
  std::uint32_t body;
  std::uint8_t kind;
  std::uint8_t fds;
};

}  // namespace

std::string encode_frame(MessageKind kind, std::string_view body, std::size_t fds) {
  Head head{};
  head.body = static_cast<std::uint32_t>(body.size());
  head.kind = static_cast<std::uint8_t>(kind);
  head.fds = static_cast<std::uint8_t>(fds);
  std::string bytes(sizeof head + body.size(), '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  std::memcpy(bytes.data() + sizeof head, body.data(), body.size());
  return bytes;
}

long send_some(int socket, std::string_view bytes, const int* fds, std::size_t fd_count) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_fds)];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd_count > 0) {
    if (fd_count > max_fds) return -EINVAL;
    std::memset(control, 0, sizeof control);
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
    std::memcpy(CMSG_DATA(header), fds, sizeof(int) * fd_count);
  }
  while (true) {
    const long sent = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    if (errno != EINTR) return -errno;
  }
}

FrameReader::Status FrameReader::receive(int socket) {
  while (true) {
    char buffer[16384];
    iovec part{buffer, sizeof buffer};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_fds)];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const long got = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? Status::more : Status::closed;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
        fds_.emplace_back(fd);
      }
    }
    if (got == 0) return Status::closed;
    bytes_.append(buffer, static_cast<std::size_t>(got));
    if ((message.msg_flags & MSG_CTRUNC) != 0 || bytes_.size() > max_body) return Status::broken;
    if (static_cast<std::size_t>(got) < sizeof buffer) return Status::more;
  }
}

bool FrameReader::next(Frame& frame) {
  Head head{};
  if (bytes_.size() < sizeof head) return false;
  std::memcpy(&head, bytes_.data(), sizeof head);
  if (bytes_.size() - sizeof head < head.body || fds_.size() < head.fds) return false;
  frame.kind = static_cast<MessageKind>(head.kind);
  frame.body = bytes_.substr(sizeof head, head.body);
  frame.fds.assign(std::make_move_iterator(fds_.begin()), std::make_move_iterator(fds_.begin() + head.fds));
  fds_.erase(fds_.begin(), fds_.begin() + head.fds);
  bytes_.erase(0, sizeof head + head.body);
  return true;
}

}  // namespace matchrunner::sandbox
