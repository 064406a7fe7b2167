// SPDX-License-Identifier: Apache-2.0
// What goes into a bucket: MiB a second of a single artifact, artifacts a second of several.
//   uploads sink|curl ENDPOINT COUNT BYTES      curl: one, by `curl -T`, which signs the request and not the bytes
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "matchrunner/adapters/s3.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

S3Options options_for(const char* endpoint) {
  S3Options options;
  options.bucket = "matches";
  options.prefix = "bench-" + random_hex(4);
  options.endpoint = endpoint;
  options.access_key = "test";
  options.secret_key = "testing-secret";
  return options;
}

// Each way sets itself up and gives a function that does it once.
std::function<void()> by_curl(const S3Options& options, int, std::size_t bytes) {
  std::ofstream("bytes") << std::string(bytes, 'x');
  const std::string command =
      "curl -sf -o /dev/null -T bytes --aws-sigv4 aws:amz:us-east-1:s3 "
      "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -u test:testing-secret " +
      options.endpoint + "/matches/" + options.prefix;
  return [command] {
    if (std::system(command.c_str()) != 0) fail("curl does not work here");  // NOLINT(concurrency-mt-unsafe)
  };
}

// As many at once as the sink takes, as a runner stores them.
std::function<void()> by_sink(const S3Options& options, int count, std::size_t bytes) {
  constexpr std::size_t chunk = 1 << 18;  // of a runner
  return [sink = must(make_s3_artifacts(options)), part = std::string(std::min(bytes, chunk), 'x'), count, bytes] {
    std::atomic<int> next{0};
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < sink->capabilities().writers; ++i)
      threads.emplace_back([&] {
        for (int mine = next++; mine < count; mine = next++) {
          const auto writer = must(sink->open({"bench", 1, std::to_string(mine)}, {}, {}));
          for (std::size_t done = 0; done < bytes; done += part.size())
            must(writer->write(as_bytes(std::string_view(part).substr(0, bytes - done)), {}));
          must(writer->close({}));
        }
      });
    for (std::thread& thread : threads) thread.join();
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const S3Options options = options_for(argv[2]);
  const int count = std::atoi(argv[3]);
  const std::size_t bytes = std::strtoull(argv[4], nullptr, 10);
  const auto once = (std::strcmp(argv[1], "curl") == 0 ? by_curl : by_sink)(options, count, bytes);
  const auto start = std::chrono::steady_clock::now();
  once();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", count == 1 ? static_cast<double>(bytes) / (1 << 20) / took.count() : count / took.count());
  return 0;
}
