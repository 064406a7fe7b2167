// SPDX-License-Identifier: Apache-2.0
// What goes into a bucket: MiB a second of one artifact, artifacts a second of several.
//   uploads sink|curl ENDPOINT COUNT BYTES      curl: one, by `curl -T` to a link that is signed before
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "matchrunner/adapters/s3.hpp"

using namespace matchrunner;

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "uploads: %s\n", what.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) fail(result.error().describe());
  return *std::move(result);
}
void must(const Result<void>& result) {
  if (!result) fail(result.error().describe());
}

constexpr std::size_t chunk = 1 << 20;

void put(ArtifactSink& sink, const std::string& name, std::size_t bytes) {
  const std::string part(std::min(bytes, chunk), 'x');
  const auto writer = must(sink.open({"bench", 1, name}, {}, {}));
  for (std::size_t done = 0; done < bytes; done += part.size())
    must(writer->write(as_bytes(std::string_view(part).substr(0, bytes - done)), {}));
  must(writer->close({}));
}

// A runner's collector stores from one thread; several runners, or hosts, are as many.
void by_sink(ArtifactSink& sink, int count, std::size_t bytes) {
  for (int i = 0; i < count; ++i) put(sink, std::to_string(i), bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  S3Options options;
  options.bucket = "matches";
  options.prefix = "bench-" + random_hex(4);
  options.endpoint = argv[2];
  options.access_key = "test";
  options.secret_key = "testing-secret";
  const int count = std::atoi(argv[3]);
  const std::size_t bytes = std::strtoull(argv[4], nullptr, 10);
  const auto sink = must(make_s3_artifacts(options));
  if (std::strcmp(argv[1], "curl") == 0) {
    // A presigned link is for reading; what it is for is not what takes time, and the server checks no less in a
    // header.
    std::ofstream("bytes") << std::string(bytes, 'x');
  }
  const auto start = std::chrono::steady_clock::now();
  if (std::strcmp(argv[1], "curl") == 0) {
    const std::string command =
        "curl -sf -o /dev/null -T bytes --aws-sigv4 aws:amz:us-east-1:s3 "
        "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -u test:testing-secret " +
        options.endpoint + "/matches/" + options.prefix;
    if (std::system(command.c_str()) != 0) fail("curl does not work here");  // NOLINT(concurrency-mt-unsafe)
  } else {
    by_sink(*sink, count, bytes);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", count == 1 ? static_cast<double>(bytes) / (1 << 20) / took.count() : count / took.count());
  return 0;
}
