// SPDX-License-Identifier: Apache-2.0
// Answers and breaks on the way to a real server: what can pass is tried again until the object is right, what cannot
// is told at once.
#include "s3/bucket.hpp"
#include "s3/faulty_proxy.hpp"

using namespace matchrunner;

namespace {

using Way = FaultyProxy::Way;

std::string error_body(const std::string& code) { return "<Error><Code>" + code + "</Code></Error>"; }

struct OverFaultyProxy {
  FaultyProxy line{shared_gateway().endpoint()};
  S3Options options = bucket_options();
  OverFaultyProxy() {
    options.endpoint = line.endpoint();
    options.part_bytes = 5 << 20;
  }
};

}  // namespace

TEST_CASE("what passes is tried again, on each kind of request, and the object is whole") {
  const std::string in_part = "partNumber=2", whole = "/log HTTP", completion = "uploadId=";
  const std::vector<FaultyProxy::Fault> all{
      {"PUT", whole, Way::answered, 503, error_body("SlowDown"), 2},
      {"PUT", whole, Way::answered, 500, error_body("InternalError")},
      {"PUT", whole, Way::answered, 502, "<html>"},
      {"PUT", whole, Way::cut},
      {"PUT", whole, Way::answer_lost},
      {"POST", "?uploads", Way::answered, 503, error_body("SlowDown")},
      {"POST", "?uploads", Way::answer_lost},
      {"PUT", in_part, Way::answered, 503, error_body("SlowDown"), 2},
      {"PUT", in_part, Way::answered, 500, error_body("InternalError")},
      {"PUT", in_part, Way::cut},
      {"PUT", in_part, Way::answer_lost},
      {"POST", completion, Way::answered, 503, error_body("SlowDown")},
      {"POST", completion, Way::answered, 200, error_body("InternalError")},  // it began well
      {"POST", completion, Way::cut},
      {"POST", completion, Way::answer_lost},
      {"GET", whole, Way::answered, 503, error_body("SlowDown")},
      {"GET", whole, Way::answer_lost},
      {"HEAD", whole, Way::answered, 500, ""},
  };
  for (const FaultyProxy::Fault& fault : all) {
    OverFaultyProxy over;
    const bool in_parts = fault.method != "GET" && fault.piece != whole;
    const std::string bytes = varied_bytes(in_parts || fault.method == "HEAD" ? 12 << 20 : 10'000);
    INFO(fault.method << " " << fault.piece << ": " << static_cast<int>(fault.way) << " " << fault.status << " "
                      << fault.body);
    const auto sink = open_sink(over.options);
    over.line.will(fault);
    const std::string uri = store(*sink, "log", bytes);
    CHECK(contents(*sink, uri) == bytes);
    CHECK(over.line.to_come() == 0);
    S3Options direct = over.options;
    direct.endpoint = shared_gateway().endpoint();
    CHECK(contents(*open_sink(direct), uri) == bytes);
    CHECK(unfinished_uploads(direct) == 0);
  }
}

TEST_CASE("what does not pass is told at once, as the server said it") {
  for (const auto& [status, code, error] : {std::tuple(403, "AccessDenied", ErrorCode::permission_denied),
                                            {403, "InvalidAccessKeyId", ErrorCode::permission_denied},
                                            {404, "NoSuchBucket", ErrorCode::not_found}}) {
    OverFaultyProxy over;
    const auto sink = open_sink(over.options);
    auto writer = begin(*sink, "log", "text");
    over.line.will({"PUT", "/log HTTP", Way::answered, status, error_body(code), 5});
    const auto stored = writer->close({});
    REQUIRE_FALSE(stored);
    CHECK(stored.error().code == error);
    CHECK(stored.error().message.find(std::to_string(status) + " " + code) != std::string::npos);
    CHECK(over.line.to_come() == 4);
  }
}

TEST_CASE("a server that goes on to fail is given up after as many attempts as were asked for") {
  OverFaultyProxy over;
  over.options.attempts = 3;
  const auto sink = open_sink(over.options);
  auto writer = begin(*sink, "log", "text");
  over.line.will({"PUT", "/log HTTP", Way::answered, 503, error_body("SlowDown"), 10});
  const auto stored = writer->close({});
  REQUIRE_FALSE(stored);
  CHECK(stored.error().code == ErrorCode::unavailable);
  CHECK(stored.error().message.find("503 SlowDown") != std::string::npos);
  CHECK(over.line.to_come() == 7);
}
