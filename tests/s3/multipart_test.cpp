// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/s3/multipart_upload.hpp"
#include "base/digest.hpp"
#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

constexpr std::uint64_t part_bytes = 5 << 20;

S3Options options_with_short_parts() {
  auto options = bucket_options();
  options.part_bytes = part_bytes;
  return options;
}

// The token of a writer whose process was killed when it had written these bytes.
std::string killed_after(const S3Options& options, const std::string& bytes) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto sink = make_s3_artifacts(options);
    if (!sink) ::_exit(1);
    auto writer = (*sink)->open({"m1", 1, "replay"}, {}, {});
    if (!writer || !(*writer)->write(as_bytes(bytes), {})) ::_exit(2);
    const std::string token = (*writer)->resume_token() + "\n";
    [[maybe_unused]] const auto written = ::write(ends[1], token.data(), token.size());
    ::pause();
  }
  ::close(ends[1]);
  std::string token;
  for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) token += c;
  ::close(ends[0]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  REQUIRE_FALSE(token.empty());
  return token;
}

void put_part(const s3::Client& client, const std::string& key, const std::string& upload, std::uint64_t number,
              const std::string& bytes) {
  REQUIRE(client.perform({.method = "PUT",
                          .key = key,
                          .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload}},
                          .body = as_bytes(bytes),
                          .body_sha256 = sha256_hex(bytes)},
                         {}));
}

}  // namespace

TEST_CASE("a long artifact goes in parts, and is there whole") {
  for (const std::size_t size : {part_bytes, part_bytes + 1, 4 * part_bytes, 8 * part_bytes + 12'345}) {
    const auto options = options_with_short_parts();
    const auto sink = open_sink(options);
    const std::string bytes = varied_bytes(size);
    const auto uri = store(*sink, "replay", bytes);
    CHECK(sink->read(uri, 0, size + 1, {}).value() == bytes);
    CHECK(sink->read(uri, part_bytes - 3, 6, {}).value() == bytes.substr(part_bytes - 3, 6));
    CHECK(unfinished_uploads(options) == 0);
  }
}

TEST_CASE("an upload is gone on with after its process was killed") {
  const auto options = options_with_short_parts();
  const std::string bytes = varied_bytes(9 * part_bytes + 5);
  const auto token = killed_after(options, bytes.substr(0, 7 * part_bytes + 100));
  const auto sink = open_sink(options);
  auto writer = sink->open({"m1", 1, "replay"}, token, {});
  REQUIRE(writer);
  const auto safe = (*writer)->offset();
  CHECK(safe >= 3 * part_bytes);  // of seven parts begun, four may have been under way
  CHECK(safe % part_bytes == 0);
  REQUIRE((*writer)->write(as_bytes(std::string_view(bytes).substr(safe)), {}));
  const auto uri = (*writer)->close({});
  REQUIRE(uri);
  CHECK(sink->read(*uri, 0, bytes.size() + 1, {}).value() == bytes);
  CHECK(unfinished_uploads(options) == 0);
}

TEST_CASE("an encoded upload is gone on with: what comes again and is the same is not sent again") {
  for (const auto encoding : {S3Encoding::gzip, S3Encoding::zstd}) {
    auto options = options_with_short_parts();
    options.encoding = encoding;
    const std::string bytes = noise(6 * part_bytes + 5);
    const auto token = killed_after(options, bytes.substr(0, 5 * part_bytes + 100));
    const auto sink = open_sink(options);
    auto writer = sink->open({"m1", 1, "replay"}, token, {});
    REQUIRE(writer);
    CHECK((*writer)->offset() == 0);
    CHECK((*writer)->resume_token() == token);
    REQUIRE((*writer)->write(as_bytes(bytes), {}));
    const auto uri = (*writer)->close({});
    REQUIRE(uri);
    CHECK(sink->read(*uri, 0, bytes.size() + 1, {}).value() == bytes);
    CHECK(unfinished_uploads(options) == 0);
  }
}

TEST_CASE("a token of one coding leads nowhere in a sink of another") {
  const auto plain = options_with_short_parts();
  auto gzip = plain;
  gzip.encoding = S3Encoding::gzip;
  auto zstd = plain;
  zstd.encoding = S3Encoding::zstd;
  const std::string bytes = noise(2 * part_bytes);
  for (const auto& [from, to] : {std::pair(plain, gzip), std::pair(gzip, plain), std::pair(gzip, zstd)}) {
    const auto token = killed_after(from, bytes);
    CHECK(open_sink(to)->open({"m1", 1, "replay"}, token, {}).error().code == ErrorCode::not_found);
  }
}

TEST_CASE("an upload that begins again sends only what the server does not have") {
  const auto options = options_with_short_parts();
  const auto client = client_of(options);
  const std::string key = options.prefix + "/m1/1/replay";
  const std::string first = noise(part_bytes);
  const std::string second = varied_bytes(part_bytes);
  const auto send = [](s3::MultipartUpload& upload, const std::string& part) {
    REQUIRE(upload.send(part, sha256_hex(part), {}));
  };
  auto upload = s3::MultipartUpload::begin(client, key, {}, {});
  REQUIRE(upload);
  for (const std::uint64_t number : {1U, 2U}) put_part(*client, key, (*upload)->id(), number, first);
  auto resumed = s3::MultipartUpload::resume(client, key, (*upload)->id(), part_bytes, {});
  REQUIRE(resumed);
  (*resumed)->begin_again();
  CHECK((*resumed)->safe_parts() == 0);
  {
    const Pause pause;
    send(**resumed, first);
    CHECK((*resumed)->safe_parts() == 1);  // though nobody answers
    send(**resumed, second);
    CHECK((*resumed)->safe_parts() == 1);
  }
  REQUIRE((*resumed)->complete({}));
  CHECK(open_sink(options)->read("s3://" + options.bucket + "/" + key, 0, 3 * part_bytes, {}).value() ==
        first + second);
}

TEST_CASE("a token keeps the length of its parts, whatever the options say now") {
  auto options = options_with_short_parts();
  const std::string bytes = varied_bytes(4 * part_bytes);
  const auto token = killed_after(options, bytes);
  options.part_bytes = 3 * part_bytes;
  const auto sink = open_sink(options);
  auto writer = sink->open({"m1", 1, "replay"}, token, {});
  REQUIRE(writer);
  REQUIRE((*writer)->write(as_bytes(std::string_view(bytes).substr((*writer)->offset())), {}));
  const auto uri = (*writer)->close({});
  REQUIRE(uri);
  CHECK(sink->read(*uri, 0, bytes.size() + 1, {}).value() == bytes);
}

TEST_CASE("what is given up leaves nothing at the server") {
  const auto options = options_with_short_parts();
  const auto sink = open_sink(options);
  const std::string bytes = varied_bytes(3 * part_bytes);
  auto writer = begin(*sink, "aborted", bytes);
  CHECK(unfinished_uploads(options) == 1);
  const auto token = writer->resume_token();
  writer->abort();
  CHECK(unfinished_uploads(options) == 0);
  CHECK(sink->open({"m1", 1, "aborted"}, token, {}).error().code == ErrorCode::not_found);
  begin(*sink, "destroyed", bytes).reset();
  CHECK(unfinished_uploads(options) == 0);
}

TEST_CASE("what a killed writer left is removed by the next one of the key") {
  const auto options = options_with_short_parts();
  killed_after(options, varied_bytes(2 * part_bytes));
  const auto sink = open_sink(options);
  const auto other = begin(*sink, "replay.2", varied_bytes(part_bytes));
  CHECK(unfinished_uploads(options) == 2);
  store(*sink, "replay", varied_bytes(part_bytes + 1));
  CHECK(unfinished_uploads(options) == 1);  // the other's
  CHECK(other->close({}));
}

TEST_CASE("an upload whose completion got no answer is complete") {
  auto options = options_with_short_parts();
  options.attempts = 2;
  const auto client = client_of(options);
  const std::string key = options.prefix + "/m1/1/replay";
  const std::string bytes = varied_bytes(2 * part_bytes);
  auto upload = s3::MultipartUpload::begin(client, key, {}, {});
  REQUIRE(upload);
  for (const std::uint64_t part : {0U, 1U})
    put_part(*client, key, (*upload)->id(), part + 1, bytes.substr(part * part_bytes, part_bytes));
  auto resumed = s3::MultipartUpload::resume(client, key, (*upload)->id(), part_bytes, {});
  auto again = s3::MultipartUpload::resume(client, key, (*upload)->id(), part_bytes, {});
  REQUIRE(resumed);
  REQUIRE(again);
  REQUIRE((*again)->safe_parts() == 2);
  REQUIRE((*resumed)->complete({}));
  CHECK((*again)->complete({}));
  REQUIRE(client->perform({.method = "PUT", .key = key}, {}));
  CHECK_FALSE((*again)->complete({}));  // another object has its place
}

TEST_CASE("uploads at once share the parts that may be under way, and give back all of them") {
  auto options = options_with_short_parts();
  options.parallel_parts = 3;
  const auto client = client_of(options);
  const auto places = [&] {
    std::uint32_t taken = 0;
    while (client->take_place()) ++taken;
    for (std::uint32_t i = 0; i < taken; ++i) client->give_back_place();
    return taken;
  };
  CHECK(places() == 2);
  const std::string bytes = varied_bytes(part_bytes);
  const auto begin = [&](const char* key) {
    return s3::MultipartUpload::begin(client, options.prefix + "/" + key, {}, {}).value();
  };
  const auto send = [&](s3::MultipartUpload& upload) { REQUIRE(upload.send(bytes, sha256_hex(bytes), {})); };
  auto one = begin("one");
  for (int i = 0; i < 3; ++i) send(*one);
  CHECK(places() == 0);
  auto other = begin("other");
  for (int i = 0; i < 3; ++i) send(*other);  // with one of its own it gets on
  CHECK(other->safe_parts() >= 2);
  REQUIRE(other->complete({}));
  one->abort();
  CHECK(places() == 2);
  auto left = begin("left");
  for (int i = 0; i < 2; ++i) send(*left);
  CHECK(places() == 1);
  left.reset();  // as by a crash, but that its memory is used again
  CHECK(places() == 2);
}
