// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

using Clock = std::chrono::steady_clock;

// The gateway starts again while `call` is trying.
template <class Call>
auto with_gateway_back(Call call) {
  std::thread back([] { shared_gateway().start(); });
  auto result = call();
  back.join();
  return result;
}

}  // namespace

TEST_CASE("a server that stops is asked again until it is back") {
  auto options = bucket_options();
  options.part_bytes = 5 << 20;
  const auto sink = open_sink(options);
  const std::string bytes = varied_bytes(30 << 20);
  const auto uri = store(*sink, "small", "before");
  auto small = begin(*sink, "small", "after");
  auto large = begin(*sink, "large", bytes.substr(0, 12 << 20));
  shared_gateway().stop();
  const auto written =
      with_gateway_back([&] { return large->write(as_bytes(std::string_view(bytes).substr(12 << 20)), {}); });
  CHECK(written);
  shared_gateway().stop();
  const auto closed = with_gateway_back([&] { return large->close({}); });
  REQUIRE(closed);
  CHECK(sink->read(*closed, 0, bytes.size() + 1, {}).value() == bytes);
  shared_gateway().stop();
  CHECK(with_gateway_back([&] { return small->close({}); }));
  CHECK(contents(*sink, uri) == "after");
  shared_gateway().stop();
  CHECK(with_gateway_back([&] { return sink->read(uri, 0, 100, {}); }).value() == "after");
}

TEST_CASE("a server that stays away is unavailable, and the message says where") {
  auto options = bucket_options();
  options.attempts = 2;
  const auto sink = open_sink(options);
  const auto uri = store(*sink, "log", "text");
  shared_gateway().stop();
  const auto read = sink->read(uri, 0, 1, {});
  const auto closed = begin(*sink, "log", "more")->close({});
  const auto opened = make_s3_artifacts(options);  // a server that is away is no reason not to begin
  shared_gateway().start();
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::unavailable);
  CHECK(read.error().message.find(uri) != std::string::npos);
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code == ErrorCode::unavailable);
  CHECK(opened);
  CHECK(contents(*sink, uri) == "text");
}

TEST_CASE("a deadline ends a call to a server that says nothing, and so does a stop") {
  const auto sink = open_sink(bucket_options());
  const auto uri = store(*sink, "log", "text");
  {
    const Pause pause;
    CHECK(sink->read(uri, 0, 1, Context::within(milliseconds(200))).error().code == ErrorCode::timeout);
    std::stop_source stop;
    std::thread stopper([&stop] {
      std::this_thread::sleep_for(milliseconds(100));
      stop.request_stop();
    });
    const auto began = Clock::now();
    CHECK(sink->read(uri, 0, 1, Context::within(std::chrono::minutes(1), stop.get_token())).error().code ==
          ErrorCode::cancelled);
    CHECK(Clock::now() - began < std::chrono::seconds(30));
    stopper.join();
  }
  CHECK(contents(*sink, uri) == "text");
}

TEST_CASE("a server that holds still for too long is asked again") {
  auto options = bucket_options();
  options.stall_timeout = std::chrono::seconds(1);
  options.attempts = 2;
  const auto sink = open_sink(options);
  const auto uri = store(*sink, "log", "text");
  Result<std::string> read = std::string();
  {
    const Pause pause;
    read = sink->read(uri, 0, 1, {});
  }
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::unavailable);
  CHECK(contents(*sink, uri) == "text");
}

TEST_CASE("the last failure is told, when the deadline comes before the next attempt") {
  const auto sink = open_sink(bucket_options());
  shared_gateway().stop();
  auto writer = sink->open({"m1", 1, "log"}, {}, {});
  REQUIRE(writer);
  const auto closed = (*writer)->close(Context::within(milliseconds(50)));
  shared_gateway().start();
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code == ErrorCode::unavailable);
}
