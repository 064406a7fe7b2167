// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/content_encoding.hpp"
#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

http::Answer stored(const S3Options& options, const std::string& name) {
  const auto answer = client_of(options)->perform({.key = options.prefix + "/m1/1/" + name}, {});
  REQUIRE(answer);
  return *answer;
}

std::string encoded(S3Encoding encoding, const std::string& bytes) {
  std::string all;
  const auto encoder = s3::make_encoder(encoding);
  encoder->encode(as_bytes(bytes), all);
  encoder->end(all);
  return all;
}

Result<std::string> decoded(std::string_view coding, const std::string& bytes, std::size_t most = SIZE_MAX) {
  std::string all;
  const auto decoder = s3::make_decoder(coding);
  const auto ended = decoder->decode(as_bytes(bytes), [&](std::string_view more) {
    all += more;
    return all.size() < most;
  });
  if (!ended) return ended.error();
  return all;
}

}  // namespace

TEST_CASE("an artifact is stored encoded, and read as it was by any sink") {
  for (const auto encoding : {S3Encoding::gzip, S3Encoding::zstd}) {
    auto options = bucket_options();
    const auto plain = open_sink(options);
    options.encoding = encoding;
    const auto sink = open_sink(options);
    const std::string bytes(1'000'000, 'x');
    const auto uri = store(*sink, "log", bytes);
    const auto answer = stored(options, "log");
    CHECK(answer.header("content-encoding") == s3::name_of(encoding));
    CHECK(answer.body.size() < 10'000);
    for (const auto& reader : {sink, plain}) {
      CHECK(contents(*reader, uri) == bytes);
      CHECK(reader->read(uri, 999'998, 100, {}).value() == "xx");
      CHECK(reader->read(uri, 1'000'000, 100, {}).value().empty());
    }
    CHECK(contents(*sink, store(*plain, "plain", "as it is")) == "as it is");
  }
}

TEST_CASE("an encoded artifact of many parts") {
  for (const auto encoding : {S3Encoding::gzip, S3Encoding::zstd}) {
    auto options = bucket_options();
    options.encoding = encoding;
    options.part_bytes = 5 << 20;
    const auto sink = open_sink(options);
    std::string bytes = noise(18 << 20);  // what cannot be made shorter
    const auto uri = store(*sink, "replay", bytes);
    CHECK(sink->read(uri, 0, bytes.size() + 1, {}).value() == bytes);
    CHECK(unfinished_uploads(options) == 0);
  }
}

TEST_CASE("bytes come back from each coding, whatever they are") {
  for (const auto encoding : {S3Encoding::identity, S3Encoding::gzip, S3Encoding::zstd})
    for (const std::string& bytes : {std::string(), std::string("x"), std::string(10'000'000, '\0'), noise(300'000)})
      CHECK(decoded(s3::name_of(encoding), encoded(encoding, bytes)).value() == bytes);
  CHECK(s3::make_decoder("br") == nullptr);
}

TEST_CASE("what is not of a coding is corrupt data, and a bomb is only as large as what is taken of it") {
  for (const auto encoding : {S3Encoding::gzip, S3Encoding::zstd}) {
    const auto name = s3::name_of(encoding);
    CHECK(decoded(name, "not at all of this coding").error().code == ErrorCode::corrupt_data);
    const std::string bomb = encoded(encoding, std::string(100'000'000, 'x'));
    CHECK(decoded(name, bomb, 1000).value().size() <= 64 * 1024);
    std::string damaged = bomb;
    damaged[damaged.size() - 2] = static_cast<char>(damaged[damaged.size() - 2] ^ 0x55);
    CHECK_FALSE(decoded(name, damaged));
  }
}
