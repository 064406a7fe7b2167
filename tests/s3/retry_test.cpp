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
      {"PUT", whole, Way::damaged, 0, "", 2},
      {"POST", "?uploads", Way::answered, 503, error_body("SlowDown")},
      {"POST", "?uploads", Way::answer_lost},
      {"PUT", in_part, Way::answered, 503, error_body("SlowDown"), 2},
      {"PUT", in_part, Way::answered, 500, error_body("InternalError")},
      {"PUT", in_part, Way::cut},
      {"PUT", in_part, Way::answer_lost},
      {"PUT", in_part, Way::damaged, 0, "", 2},
      {"POST", completion, Way::answered, 503, error_body("SlowDown")},
      {"POST", completion, Way::answered, 200, error_body("InternalError")},  // it began well
      {"POST", completion, Way::cut},
      {"POST", completion, Way::answer_lost},
      {"POST", completion, Way::damaged},
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

TEST_CASE("bytes that change on their way are refused by the server each time, and nothing of them is stored") {
  OverFaultyProxy over;
  over.options.attempts = 2;
  const auto sink = open_sink(over.options);
  for (const std::string piece : {"/short HTTP", "partNumber=1&"}) {
    INFO(piece);
    auto writer = begin(*sink, piece == "/short HTTP" ? "short" : "long", varied_bytes(100));
    over.line.will({"PUT", piece, Way::damaged, 0, "", 2});
    Result<void> written;
    if (piece != "/short HTTP") written = writer->write(as_bytes(varied_bytes(6 << 20)), {});
    const auto stored = written ? writer->close({}) : Result<std::string>(written.error());
    REQUIRE_FALSE(stored);
    CHECK(stored.error().code == ErrorCode::unavailable);
    CHECK(stored.error().message.find("400 XAmzContentSHA256Mismatch") != std::string::npos);
    CHECK(stored.error().message.find("(the bytes changed on their way)") != std::string::npos);
    CHECK(over.line.to_come() == 0);
  }
  for (const std::string name : {"short", "long"}) {
    const std::string uri = "s3://matches/" + over.options.prefix + "/m1/1/" + name;
    CHECK(sink->read(uri, 0, 1, {}).error().code == ErrorCode::not_found);
  }
}

TEST_CASE("an encoded artifact that changes on its way back is corrupt data, and never other bytes") {
  const std::string bytes = noise(100'000);  // stored nearly as it is: only the checksum can tell
  for (const auto encoding : {S3Encoding::gzip, S3Encoding::zstd}) {
    OverFaultyProxy over;
    over.options.encoding = encoding;
    const auto sink = open_sink(over.options);
    const std::string uri = store(*sink, "log", bytes);
    over.line.will({"GET", "/log HTTP", Way::answer_damaged});
    const auto read = sink->read(uri, 0, bytes.size() + 1, {});
    CHECK(over.line.to_come() == 0);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::corrupt_data);
    CHECK(contents(*sink, uri) == bytes);
  }
}
