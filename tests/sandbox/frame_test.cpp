// SPDX-License-Identifier: Apache-2.0
// The launcher's protocol: what is written is what is read, and other bytes are not.
#include "adapters/sandbox/frame.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <random>

#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::sandbox;

namespace {

StartMatch some_start() {
  StartMatch start;
  start.run = 7;
  start.address = "address";
  start.lease_deadline = -5;
  start.grace_milliseconds = 2000;
  for (const char* name : {"white", "black"}) {
    SeatStart& seat = start.seats.emplace_back();
    seat.name = name;
    seat.arguments = {"sh", "-c", std::string(100000, 'x'), ""};
    seat.environment = {"A=1", std::string("B=\0\xff", 4)};
    seat.wired = true;
    seat.memory_bytes = ~0ULL;
  }
  return start;
}

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    one.reset(ends[0]);
    two.reset(ends[1]);
  }
  UniqueFd one, two;
};

}  // namespace

TEST_CASE("a message comes back as it was") {
  StartMatch read;
  REQUIRE(from_bytes(to_bytes(some_start()), read));
  CHECK(to_bytes(read) == to_bytes(some_start()));
  CHECK(read.seats[1].name == "black");
  CHECK(read.seats[0].memory_bytes == ~0ULL);
  CHECK(read.lease_deadline == -5);
}

TEST_CASE("a message that was cut or lengthened is refused") {
  const std::string bytes = to_bytes(some_start());
  StartMatch read;
  for (std::size_t size = 0; size < bytes.size(); size += size < 300 ? 1 : 997)
    CHECK(!from_bytes(std::string_view(bytes).substr(0, size), read));
  CHECK(!from_bytes(bytes + "x", read));
}

TEST_CASE("random bytes do no harm") {
  std::mt19937 random(20261121);
  const std::string bytes = to_bytes(some_start());
  for (int round = 0; round < 2000; ++round) {
    std::string broken = bytes.substr(0, 400);
    for (int i = 0; i < 8; ++i) broken[random() % broken.size()] = static_cast<char>(random());
    StartMatch read;
    from_bytes(broken, read);
  }
}

TEST_CASE("frames keep their order and their descriptors, in pieces too") {
  const Pair pair;
  const std::string first = encode_frame(MessageKind::start, to_bytes(some_start()), 1);
  const std::string second = encode_frame(MessageKind::stop, to_bytes(Stop{7, 250}), 0);
  const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int fd = file.get();
  FrameReader reader;
  Frame frame;
  const std::string all = first + second;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t piece = std::min<std::size_t>(at == 0 ? 3 : 5000, all.size() - at);
    REQUIRE(send_some(pair.one.get(), std::string_view(all).substr(at, piece), &fd, at == 0 ? 1 : 0) ==
            static_cast<long>(piece));
    at += piece;
    REQUIRE(reader.receive(pair.two.get()) == FrameReader::Status::more);
    if (at < first.size()) CHECK(!reader.next(frame));
  }
  REQUIRE(reader.next(frame));
  CHECK(frame.kind == MessageKind::start);
  CHECK(frame.body == to_bytes(some_start()));
  REQUIRE(frame.fds.size() == 1);
  CHECK(::fcntl(frame.fds[0].get(), F_GETFD) == FD_CLOEXEC);
  REQUIRE(reader.next(frame));
  CHECK(frame.kind == MessageKind::stop);
  CHECK(frame.fds.empty());
  CHECK(!reader.next(frame));
}

TEST_CASE("a peer that is gone is told from one that is silent") {
  Pair pair;
  FrameReader reader;
  CHECK(reader.receive(pair.two.get()) == FrameReader::Status::more);
  const std::string bytes = encode_frame(MessageKind::stop, to_bytes(Stop{1, 2}), 0);
  REQUIRE(send_some(pair.one.get(), bytes, nullptr, 0) == static_cast<long>(bytes.size()));
  pair.one.reset();
  Frame frame;
  FrameReader::Status status = reader.receive(pair.two.get());
  CHECK(reader.next(frame));
  while (status == FrameReader::Status::more) status = reader.receive(pair.two.get());
  CHECK(status == FrameReader::Status::closed);
}
