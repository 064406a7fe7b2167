// SPDX-License-Identifier: Apache-2.0
// What goes into a bucket: MiB a second of a single artifact, artifacts a second of several.
//   uploads sink|curl|bare ENDPOINT COUNT BYTES      curl: one, by `curl -T` to a link made beforehand; bare: each
//   to such a link, as many at once as by the sink, and nothing but that
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/session.hpp"
#include "adapters/s3/address.hpp"
#include "adapters/s3/sigv4.hpp"
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

std::vector<std::string> links_of(const S3Options& options, int count) {
  const s3::Address address = must(s3::Address::of(options));
  const s3::Keys keys{options.access_key, options.secret_key, {}};
  const Time now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  std::vector<std::string> links;
  for (int i = 0; i < count; ++i) {
    const s3::Target target = address.target("PUT", address.key_of(std::to_string(i)));
    links.push_back(address.origin() + target.path + "?" +
                    s3::presign(keys, address.region(), target, std::chrono::hours(1), now));
  }
  return links;
}

// Each way sets itself up and gives a function that does it once.
std::function<void()> by_curl(const S3Options& options, int, std::size_t bytes) {
  std::ofstream("bytes") << std::string(bytes, 'x');
  return [command = "curl -sf -o /dev/null -T bytes '" + links_of(options, 1).front() + "'"] {
    if (std::system(command.c_str()) != 0) fail("curl does not work here");  // NOLINT(concurrency-mt-unsafe)
  };
}

// `work` in as many threads as the sink has writers, each for the next of `count` numbers.
void side_by_side(std::uint32_t writers, int count, const std::function<void(http::Session&, int)>& work) {
  std::atomic<int> next{0};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < writers; ++i)
    threads.emplace_back([&] {
      http::Session session({});
      for (int mine = next++; mine < count; mine = next++) work(session, mine);
    });
  for (std::thread& thread : threads) thread.join();
}

std::function<void()> by_links(const S3Options& options, int count, std::size_t bytes) {
  return
      [links = links_of(options, count), body = std::string(bytes, 'x'), writers = options.parallel_artifacts, count] {
        side_by_side(writers, count, [&](http::Session& session, int mine) {
          http::Request request;
          request.method = "PUT";
          request.url = links[static_cast<std::size_t>(mine)];
          request.body = as_bytes(body);
          const http::Answer answer = must(session.perform(std::move(request), {}));
          if (answer.status / 100 != 2) fail(answer.body);
        });
      };
}

// As many at once as the sink takes, as a runner stores them.
std::function<void()> by_sink(const S3Options& options, int count, std::size_t bytes) {
  constexpr std::size_t chunk = 1 << 18;  // of a runner
  return [sink = must(make_s3_artifacts(options)), part = std::string(std::min(bytes, chunk), 'x'), count, bytes] {
    side_by_side(sink->capabilities().writers, count, [&](http::Session&, int mine) {
      const auto writer = must(sink->open({"bench", 1, std::to_string(mine)}, {}, {}));
      for (std::size_t done = 0; done < bytes; done += part.size())
        must(writer->write(as_bytes(std::string_view(part).substr(0, bytes - done)), {}));
      must(writer->close({}));
    });
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const S3Options options = options_for(argv[2]);
  const int count = std::atoi(argv[3]);
  const std::size_t bytes = std::strtoull(argv[4], nullptr, 10);
  const std::map<std::string, std::function<void()> (*)(const S3Options&, int, std::size_t)> ways{
      {"sink", by_sink}, {"curl", by_curl}, {"bare", by_links}};
  const auto once = ways.at(argv[1])(options, count, bytes);
  const auto start = std::chrono::steady_clock::now();
  once();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", count == 1 ? static_cast<double>(bytes) / (1 << 20) / took.count() : count / took.count());
  return 0;
}
