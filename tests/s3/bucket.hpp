// SPDX-License-Identifier: Apache-2.0
// What tests of the S3 adapter do: sinks in a prefix of their own, artifacts stored in them, requests beside them.
#pragma once

#include <memory>
#include <string>

#include "adapters/s3/client.hpp"
#include "catch.hpp"
#include "matchrunner/adapters/s3.hpp"
#include "servers/radosgw.hpp"

namespace matchrunner {

// The gateway holds still for the length of a scope.
struct Pause {
  Pause() { shared_gateway().pause(); }
  ~Pause() { shared_gateway().resume(); }
};

// Options for a prefix that no other test has.
S3Options bucket_options(const RadosGateway& gateway = shared_gateway());

std::shared_ptr<ArtifactSink> open_sink(const S3Options& options);

std::unique_ptr<ArtifactWriter> begin(ArtifactSink& sink, const std::string& name, const std::string& bytes);
std::string store(ArtifactSink& sink, const std::string& name, const std::string& bytes);
std::string contents(ArtifactSink& sink, const std::string& uri);

// Bytes that no two parts have in common.
std::string varied_bytes(std::size_t size);

// Bytes that no coding makes shorter.
std::string noise(std::size_t size);

// Requests that the adapter has no function for.
std::shared_ptr<const s3::Client> client_of(const S3Options& options);

// How many unfinished uploads of this prefix the server has.
std::size_t unfinished_uploads(const S3Options& options);

}  // namespace matchrunner
