// SPDX-License-Identifier: Apache-2.0
// Who listens, by the kernel's tables.
#include "adapters/docker/listening.hpp"

#include <unistd.h>

#include "catch.hpp"

using namespace matchrunner;

namespace {

constexpr const char* heading = "  sl  local_address rem_address   st tx_queue rx_queue\n";

bool found(const std::string& line) { return docker::has_listener(heading + line + "\n", 6000); }

}  // namespace

TEST_CASE("a socket that listens for others is a listener, and no other is") {
  CHECK(found("   0: 00000000:1770 00000000:0000 0A 00000000:00000000 00:00000000"));
  CHECK(found("   0: 0200A8C0:1770 00000000:0000 0A 00000000:00000000 00:00000000"));
  CHECK(found("   0: 00000000:1770 00000000:0000 07 00000000:00000000 00:00000000"));  // UDP
  CHECK(found("   0: 00000000000000000000000000000000:1770 00000000000000000000000000000000:0000 0A 0:0"));
  CHECK_FALSE(found("   0: 00000000:1771 00000000:0000 0A 00000000:00000000 00:00000000"));
  CHECK_FALSE(found("   0: 0100007F:1770 00000000:0000 0A 00000000:00000000 00:00000000"));
  CHECK_FALSE(found("   0: 00000000000000000000000001000000:1770 00000000000000000000000000000000:0000 0A 0:0"));
  CHECK_FALSE(found("   0: 0200A8C0:1770 0300A8C0:9999 01 00000000:00000000 00:00000000"));  // a connection
  CHECK_FALSE(found("no such line"));
  CHECK_FALSE(docker::has_listener("", 6000));
}

TEST_CASE("processes that are not the container's are not taken for it") {
  for (const std::int64_t pid : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{::getpid()}}) {
    const auto seen = docker::listens(pid, "0123456789abcdef", 6000);
    REQUIRE(!seen);
    CHECK(seen.error().code == ErrorCode::unsupported);
  }
}
