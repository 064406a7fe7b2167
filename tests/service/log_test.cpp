// SPDX-License-Identifier: Apache-2.0
// The log of a service: bounded, leveled, and safe to print.
#include <thread>

#include "catch.hpp"
#include "matchrunner/json.hpp"
#include "runtime/service/log_queue.hpp"

using namespace matchrunner;

namespace {

const Context at_once = Context::within(milliseconds(0));

}  // namespace

TEST_CASE("lines below the level are not kept") {
  LogQueue log(LogLevel::warning);
  log.put(LogLevel::info, "quiet");
  log.put(LogLevel::error, "loud", "m1");
  const auto line = log.next(at_once).value();
  REQUIRE(line);
  CHECK(line->message == "loud");
  CHECK(line->match == "m1");
  CHECK_FALSE(log.next(at_once).value());
  log.set_level(LogLevel::debug);
  log.put(LogLevel::debug, "all");
  CHECK(log.next(at_once).value()->message == "all");
}

TEST_CASE("a log that nobody reads loses its oldest lines and says how many") {
  LogQueue log(LogLevel::info);
  for (int i = 0; i < 5000; ++i) log.put(LogLevel::info, std::to_string(i));
  CHECK(log.next(at_once).value()->message == "904 lines were dropped: nobody took them");
  CHECK(log.next(at_once).value()->message == "904");
}

TEST_CASE("a closed log tells what it has, then ends") {
  LogQueue log(LogLevel::info);
  log.put(LogLevel::info, "last");
  log.close();
  CHECK(log.next({}).value()->message == "last");
  CHECK(log.next({}).error().code == ErrorCode::cancelled);
}

TEST_CASE("who waits for a line is woken by one, and by a stop") {
  LogQueue log(LogLevel::info);
  std::thread writer([&] { log.put(LogLevel::info, "news"); });
  CHECK(log.next({}).value()->message == "news");
  writer.join();
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  CHECK(log.next({Context::Clock::time_point::max(), stop.get_token()}).error().code == ErrorCode::cancelled);
  stopper.join();
}

TEST_CASE("a line cannot become two, nor move a cursor") {
  LogLine line{Time(), LogLevel::info, "m1", "says \n2026 error \x1b[2J"};
  CHECK(to_string(line) == "1970-01-01T00:00:00.000000Z info m1 says %0A2026 error %1B[2J");
  CHECK(to_json(line) ==
        R"({"at":"1970-01-01T00:00:00.000000Z","level":"info","message":"says \n2026 error \u001b[2J","match":"m1"})");
  line.match.clear();
  CHECK(to_json(line).find("match") == std::string::npos);
}
