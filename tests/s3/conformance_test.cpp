// SPDX-License-Identifier: Apache-2.0
#include "conformance/run_checks.hpp"
#include "s3/bucket.hpp"

using namespace matchrunner;

namespace {

// Fresh ground is a prefix that nothing has used yet.
conformance::Subject<ArtifactSink> subject_with(S3Encoding encoding) {
  conformance::Subject<ArtifactSink> subject;
  subject.open = [encoding, options = bucket_options()](bool fresh) mutable {
    if (fresh) options.prefix = bucket_options().prefix;
    options.encoding = encoding;
    return make_s3_artifacts(options);
  };
  return subject;
}

}  // namespace

TEST_CASE("artifact sink: s3") { run_checks(conformance::artifact_sink_checks(), subject_with(S3Encoding::identity)); }
TEST_CASE("artifact sink: s3, gzip") {
  run_checks(conformance::artifact_sink_checks(), subject_with(S3Encoding::gzip));
}
TEST_CASE("artifact sink: s3, zstd") {
  run_checks(conformance::artifact_sink_checks(), subject_with(S3Encoding::zstd));
}
