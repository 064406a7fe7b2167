// SPDX-License-Identifier: Apache-2.0
// A bucket that is missing is made, where that is asked for, and only there.
#include <future>
#include <vector>

#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

S3Options of_new_bucket() {
  S3Options options = bucket_options();
  options.bucket = "new-" + options.prefix;
  options.create_bucket = true;
  return options;
}

}  // namespace

TEST_CASE("a missing bucket is made when it is asked for, and told as missing when not") {
  S3Options options = of_new_bucket();
  options.create_bucket = false;
  CHECK(make_s3_artifacts(options).error().code == ErrorCode::not_found);
  options.create_bucket = true;
  const auto sink = open_sink(options);
  CHECK(contents(*sink, store(*sink, "log", "text")) == "text");
  CHECK(sink->reach({}));
  options.create_bucket = false;
  CHECK(open_sink(options)->reach({}));
}

TEST_CASE("runners that open a missing bucket at once all get it") {
  const S3Options options = of_new_bucket();
  std::vector<std::future<Result<std::shared_ptr<ArtifactSink>>>> sinks;
  for (int i = 0; i < 8; ++i)
    sinks.push_back(std::async(std::launch::async, [&options] { return make_s3_artifacts(options); }));
  for (auto& each : sinks) {
    const auto sink = each.get();
    INFO((sink ? "" : sink.error().describe()));
    CHECK(sink);
  }
}

TEST_CASE("a missing bucket is made by the first artifact when the server was away before") {
  const S3Options options = of_new_bucket();
  shared_gateway().stop();
  const auto sink = open_sink(options);
  shared_gateway().start();
  CHECK(contents(*sink, store(*sink, "log", "text")) == "text");
}

TEST_CASE("why a bucket cannot be made is told") {
  S3Options options = of_new_bucket();
  options.bucket = "NotAName";
  const auto sink = make_s3_artifacts(options);
  REQUIRE_FALSE(sink);
  CHECK(sink.error().message.find("s3://NotAName/: 400 InvalidBucketName") == 0);
}
