// SPDX-License-Identifier: Apache-2.0
// Frames on a stream socket: a kind, the bytes of one message, and descriptors. Used at both ends; no exceptions, and
// nothing here blocks. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sandbox/messages.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::sandbox {

struct Frame {
  MessageKind kind{};
  std::string body;
  std::vector<UniqueFd> fds;
};

// The bytes of one frame that carries `fds` descriptors.
std::string encode_frame(MessageKind kind, std::string_view body, std::size_t fds);

// Sends what the socket takes of `bytes` now, with the descriptors ahead of it. Bytes sent, or -errno.
long send_some(int socket, std::string_view bytes, const int* fds, std::size_t fd_count);

class FrameReader {
 public:
  enum class Status : unsigned char { more, closed, broken };

  // Reads what is there. `closed`: the peer is gone; `broken`: not our peer's bytes.
  Status receive(int socket);
  // The next whole frame. false: none yet.
  bool next(Frame& frame);

 private:
  std::string bytes_;
  std::vector<UniqueFd> fds_;
};

}  // namespace matchrunner::sandbox
