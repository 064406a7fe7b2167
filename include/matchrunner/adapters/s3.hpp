// SPDX-License-Identifier: Apache-2.0
// ArtifactSink in a bucket of an S3 server: the key of an artifact is PREFIX/match/epoch/name, its URI s3://bucket/key.
// docs/s3.md says what is tried again, and who may read what. Safe from any thread, a writer from one; takes
// `parallel_artifacts` writers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

// Where the bucket's name stands in its requests.
enum class S3Style : unsigned char {
  automatic,     // virtual_host at AWS, path at any other endpoint
  path,          // https://endpoint/bucket/key
  virtual_host,  // https://bucket.endpoint/key
};

// How artifacts are stored. Whoever reads by read() or in a browser gets them as they were.
enum class S3Encoding : unsigned char { identity, gzip, zstd };

// Empty texts are looked up where the AWS tools look: first in AWS_* variables, credentials then in the file.
struct S3Options {
  std::string bucket;
  std::string prefix;    // of all keys, without a slash at its ends; may be empty
  std::string endpoint;  // http[s]://host[:port]; nowhere else: AWS in the region
  std::string region;    // nowhere else: us-east-1
  S3Style style = S3Style::automatic;
  S3Encoding encoding = S3Encoding::identity;
  bool create_bucket = false;  // where there is none of that name

  std::string access_key;
  std::string secret_key;
  std::string session_token;     // of temporary keys
  std::string profile;           // of the credentials file; given: variables with keys do not count
  std::string credentials_file;  // nowhere else: ~/.aws/credentials
  std::string ca_file;           // PEM, of the endpoint's certificate; nowhere else: the system's

  std::uint64_t part_bytes = 8 << 20;    // longer artifacts are sent in such parts, at most 10,000; at least 5 MiB
  std::uint32_t parallel_parts = 4;      // at once, and one of each further artifact; each takes part_bytes of memory
  std::uint32_t parallel_artifacts = 8;  // how many a runner stores at once
  std::uint32_t attempts = 8;            // of a request that can pass by itself
  milliseconds connect_timeout{10'000};
  milliseconds stall_timeout{30'000};  // nothing sent or received for that long: the request is tried again
};

// Asks the server for the bucket, for at most 5 s; a server that is away is not an error.
// `invalid_argument`: an option, or no credentials; `not_found`: no such bucket, and none is to be created;
// `permission_denied`: no such key, or the wrong secret.
Result<std::shared_ptr<ArtifactSink>> make_s3_artifacts(const S3Options& options);

}  // namespace matchrunner
