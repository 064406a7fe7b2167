// SPDX-License-Identifier: Apache-2.0
#include "s3/bucket.hpp"

#include <algorithm>
#include <random>

#include "adapters/s3/credentials.hpp"
#include "adapters/s3/xml.hpp"
#include "base/digest.hpp"

namespace matchrunner {

S3Options bucket_options(const RadosGateway& gateway) {
  S3Options options;
  options.bucket = "matches";
  options.prefix = random_hex(8);
  options.endpoint = gateway.endpoint();
  options.access_key = "test";
  options.secret_key = "testing-secret";
  return options;
}

std::shared_ptr<ArtifactSink> open_sink(const S3Options& options) {
  auto sink = make_s3_artifacts(options);
  INFO((sink ? "" : sink.error().describe()));
  REQUIRE(sink);
  return *std::move(sink);
}

std::unique_ptr<ArtifactWriter> begin(ArtifactSink& sink, const std::string& name, const std::string& bytes) {
  auto writer = sink.open({"m1", 1, name}, {}, {});
  INFO((writer ? "" : writer.error().describe()));
  REQUIRE(writer);
  const auto written = (*writer)->write(as_bytes(bytes), {});
  INFO((written ? "" : written.error().describe()));
  REQUIRE(written);
  return *std::move(writer);
}

std::string store(ArtifactSink& sink, const std::string& name, const std::string& bytes) {
  const auto uri = begin(sink, name, bytes)->close({});
  INFO((uri ? "" : uri.error().describe()));
  REQUIRE(uri);
  return *uri;
}

std::string contents(ArtifactSink& sink, const std::string& uri) {
  std::string all;
  while (true) {
    const auto more = sink.read(uri, all.size(), 4 << 20, {});
    INFO((more ? "" : more.error().describe()));
    REQUIRE(more);
    if (more->empty()) return all;
    all += *more;
  }
}

std::string varied_bytes(std::size_t size) {
  static std::string all;  // made once: sanitizers make it slow
  for (auto i = static_cast<std::uint64_t>(all.size()); all.size() < size; ++i)
    all += std::to_string(i * 2654435761U) + "\n";
  return all.substr(0, size);
}

std::string noise(std::size_t size) {
  std::mt19937_64 random(20261125);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in each run
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::shared_ptr<const s3::Client> client_of(const S3Options& options) {
  return std::make_shared<const s3::Client>(options, *s3::Address::of(options), *s3::find_credentials(options));
}

std::size_t unfinished_uploads(const S3Options& options) {
  const auto answer = client_of(options)->perform({.query = {{"uploads", ""}, {"prefix", options.prefix}}}, {});
  REQUIRE(answer);
  const auto body = s3::read_xml(answer->body);
  REQUIRE(body);
  return static_cast<std::size_t>(std::count_if(body->children.begin(), body->children.end(),
                                                [](const auto& child) { return child.name == "Upload"; }));
}

}  // namespace matchrunner
