// SPDX-License-Identifier: Apache-2.0
// Keys that are replaced in their file while a sink is open.
#include <fstream>

#include "s3/bucket.hpp"
#include "s3/faulty_proxy.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

using Way = FaultyProxy::Way;

// A sink whose keys are in a file, and are none that the server knows: it was opened while the server was away.
struct KeysInFile {
  KeysInFile() {
    write("outdated", "hush");
    options.endpoint = line.endpoint();
    options.access_key.clear();
    options.secret_key.clear();
    options.credentials_file = folder / "credentials";
    options.part_bytes = 5 << 20;
    line.will({"GET", "list-type", Way::answered, 503});
    sink = open_sink(options);
    REQUIRE(line.to_come() == 0);
  }
  void write(const std::string& key, const std::string& secret) const {
    std::ofstream(folder / "credentials")
        << "[default]\naws_access_key_id = " << key << "\naws_secret_access_key = " << secret << "\n";
  }
  void renew() const { write("test", "testing-secret"); }

  const TemporaryFolder folder;
  FaultyProxy line{shared_gateway().endpoint()};
  S3Options options = bucket_options();
  std::shared_ptr<ArtifactSink> sink;
};

std::string refusal(const std::string& code) { return "<Error><Code>" + code + "</Code></Error>"; }

}  // namespace

TEST_CASE("keys that the server calls too old or wrong are read again from their file, and the call succeeds") {
  for (const auto& [status, code] :
       {std::pair(400, "ExpiredToken"), {400, "InvalidToken"}, {403, "InvalidAccessKeyId"}}) {
    INFO(code);
    KeysInFile keys;
    const auto writer = begin(*keys.sink, "log", "text");
    keys.renew();
    keys.line.will({"PUT", "/log HTTP", Way::answered, status, refusal(code)});
    const auto stored = writer->close({});
    INFO((stored ? "" : stored.error().describe()));
    REQUIRE(stored);
    CHECK(keys.line.to_come() == 0);
    CHECK(contents(*keys.sink, *stored) == "text");
  }
}

TEST_CASE("keys that the server does not know are read again") {
  KeysInFile keys;
  keys.renew();
  const std::string bytes = varied_bytes(11 << 20);
  CHECK(contents(*keys.sink, store(*keys.sink, "log", bytes)) == bytes);
}

TEST_CASE("keys that become too old while several parts are under way are read again for each of them") {
  KeysInFile keys;
  const std::string bytes = varied_bytes(16 << 20);
  auto known = bucket_options();
  known.prefix = keys.options.prefix;
  known.part_bytes = keys.options.part_bytes;
  const auto first = begin(*open_sink(known), "log", bytes);
  // Answered for the server, which would refuse the old keys here already.
  keys.line.will({"GET", "uploadId=", Way::answered, 200, "<ListPartsResult></ListPartsResult>"});
  const auto writer = keys.sink->open({"m1", 1, "log"}, first->resume_token(), {});
  REQUIRE(writer);
  keys.renew();
  // Of those that are under way before the first answer.
  keys.line.will({"PUT", "partNumber=", Way::answered, 400, refusal("ExpiredToken"), 3, "Credential=outdated/"});
  REQUIRE((*writer)->write(as_bytes(bytes), {}));
  const auto stored = (*writer)->close({});
  INFO((stored ? "" : stored.error().describe()));
  REQUIRE(stored);
  CHECK(keys.line.to_come() < 3);
  CHECK(contents(*keys.sink, *stored) == bytes);
}

TEST_CASE("keys that are no others in their file fail the call at once") {
  KeysInFile keys;
  const auto writer = begin(*keys.sink, "log", "text");
  keys.line.will({"PUT", "/log HTTP", Way::answered, 400, refusal("ExpiredToken"), 2});
  const auto stored = writer->close({});
  REQUIRE_FALSE(stored);
  CHECK(stored.error().code == ErrorCode::permission_denied);
  CHECK(stored.error().message.find("400 ExpiredToken (the temporary keys are too old)") != std::string::npos);
  CHECK(stored.error().message.find("hush") == std::string::npos);
  CHECK(keys.line.to_come() == 1);
}
