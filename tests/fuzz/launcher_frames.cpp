// SPDX-License-Identifier: Apache-2.0
// The stream between a runner and its launcher: the first byte says how large the pieces are in which it comes, the
// second how many of them bring a descriptor.
#include <fcntl.h>
#include <sys/socket.h>

#include "adapters/sandbox/frame.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;
using namespace matchrunner::sandbox;

namespace {

constexpr std::size_t max_stream = 64 << 10;  // fits into a socket

// Takes off `rest` what has come as whole frames.
void take_frames(FrameReader& reader, std::string_view& rest) {
  constexpr std::size_t head = 8, said = 6;  // the last two bytes of a head are nobody's
  Frame frame;
  while (reader.next(frame)) {
    for (const UniqueFd& fd : frame.fds)
      require(::fcntl(fd.get(), F_GETFD) == FD_CLOEXEC, "a descriptor, kept from other programs");
    const std::string frame_bytes = encode_frame(frame.kind, frame.body, frame.fds.size());
    const std::string_view bytes(frame_bytes);
    require(rest.substr(0, said) == bytes.substr(0, said), "the head that came");
    require(rest.substr(head, frame.body.size()) == bytes.substr(head), "the body that came");
    rest.remove_prefix(bytes.size());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > max_stream) return 0;
  const std::size_t piece = data[0] * std::size_t{16} + 1;
  std::size_t descriptors = data[1];
  const std::string_view stream = text_of(data + 2, size - 2);
  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "there is a socket");
  UniqueFd writer(ends[0]);
  const UniqueFd socket(ends[1]);

  FrameReader reader;
  std::string_view rest = stream;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const std::string_view part = stream.substr(at, piece);
    const int own = socket.get();
    const long sent = send_some(writer.get(), part, &own, descriptors > 0 ? 1 : 0);
    require(sent == static_cast<long>(part.size()), "the socket takes it");
    if (descriptors > 0) --descriptors;
    require(reader.receive(socket.get()) == FrameReader::Status::more, "the peer is there");
    take_frames(reader, rest);
  }
  writer.reset();
  require(reader.receive(socket.get()) == FrameReader::Status::closed, "the peer is gone");
  Frame frame;
  require(!reader.next(frame), "every whole frame was taken as soon as it was there");
  return 0;
}
