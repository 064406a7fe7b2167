// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include "s3/bucket.hpp"

using namespace matchrunner;

TEST_CASE("a forked child is refused, and leaves the parent's connections as they are") {
  auto options = bucket_options();
  options.part_bytes = 5 << 20;
  auto sink = open_sink(options);
  const auto uri = store(*sink, "log", "text");
  auto writer = begin(*sink, "replay", varied_bytes(11 << 20));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto forked = [](const auto& result) { return !result && result.error().code == ErrorCode::forked; };
    const bool refused = forked(sink->open({"m1", 1, "x"}, {}, {})) && forked(sink->read(uri, 0, 1, {})) &&
                         forked(sink->remove(uri, {})) && forked(sink->link(uri, milliseconds(1000), {})) &&
                         forked(writer->write(as_bytes("x"), {})) && forked(writer->close({}));
    writer.reset();
    sink.reset();
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(writer->close({}));
  CHECK(contents(*sink, uri) == "text");
}
