// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "adapters/s3/client.hpp"
#include "adapters/s3/credentials.hpp"
#include "adapters/s3/failure.hpp"
#include "adapters/s3/object_reader.hpp"
#include "adapters/s3/s3_writer.hpp"
#include "base/digest.hpp"
#include "domain/artifact_name.hpp"
#include "matchrunner/adapters/s3.hpp"

namespace matchrunner {
namespace s3 {
namespace {

constexpr milliseconds open_patience{5'000};
constexpr std::uint64_t least_part_bytes = 5 << 20;  // of AWS; the last may be shorter
constexpr std::uint64_t most_part_bytes = std::uint64_t{1} << 30;
constexpr std::chrono::hours longest_link{7 * 24};

// Why the bucket may not be written to, as far as a list of it tells. Nothing where the key may not list it: it need
// not, to write there.
std::optional<Failure> trouble_with(const Client& client, const Context& context) {
  const Client::Session session = client.session();
  const Call list{.query = {{"list-type", "2"}, {"max-keys", "1"}, {"prefix", client.options().prefix}}};
  auto outcome = client.perform(*session, list, context, 1);
  if (outcome.answer || outcome.failure.code == "AccessDenied" || outcome.failure.error.code == ErrorCode::unsupported)
    return std::nullopt;
  return std::move(outcome.failure);
}

// AWS takes no name for the region that it calls none, and the name of any other.
Result<void> create_bucket(const Client& client, const Context& context) {
  const std::string& region = client.address().region();
  std::string body;
  if (region != "us-east-1")
    body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>" +
           region + "</LocationConstraint></CreateBucketConfiguration>";
  const Call put{.method = "PUT", .body = as_bytes(body), .body_sha256 = sha256_hex(body)};
  const Client::Session session = client.session();
  const auto outcome = client.perform(*session, put, context, client.options().attempts);
  const bool is_there = outcome.failure.code == "BucketAlreadyOwnedByYou";  // by another runner, this moment
  return outcome.answer || is_there ? Result<void>() : Result<void>(outcome.answer.error());
}

class S3Sink final : public ArtifactSink {
 public:
  explicit S3Sink(std::shared_ptr<const Client> client) : client_(std::move(client)) {}

  ArtifactSinkCapabilities capabilities() const override {
    return {.reads = true,
            .removes = true,
            .links = true,
            .resumes = true,
            .remote = true,
            .writers = std::max(client_->options().parallel_artifacts, 1U)};
  }

  Result<void> reach(const Context& context) override {
    const auto trouble = look(context);
    return trouble ? Result<void>(trouble->error) : Result<void>();
  }

  // Likewise; where there is no bucket and one may be created, it is there now.
  std::optional<Failure> look(const Context& context) {
    auto trouble = trouble_with(*client_, context);
    if (trouble && trouble->code == "NoSuchBucket" && client_->options().create_bucket) {
      const auto created = create_bucket(*client_, context);
      if (!created) trouble->error = created.error();
      if (created) trouble.reset();
    }
    if (!trouble) seen_ = true;
    return trouble;
  }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    if (auto ready = check(context); !ready) return ready.error();
    const auto path = artifact_path(key.match, key.epoch, key.name);
    if (!path) return path.error();
    if (client_->options().create_bucket && !seen_)  // the server was away when the sink was opened
      if (const auto trouble = look(context)) return trouble->error;
    return S3Writer::open(client_, client_->address().key_of(*path), resume_token, context);
  }

  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    if (auto ready = check(context); !ready) return ready.error();
    const auto key = client_->address().key_of_uri(uri);
    if (!key) return no_such(uri);
    return read_object(*client_, *key, offset, size, context);
  }

  Result<void> remove(const std::string& uri, const Context& context) override {
    if (auto ready = check(context); !ready) return ready;
    const auto key = client_->address().key_of_uri(uri);
    if (!key) return {};
    const Client::Session session = client_->session();
    const Call call{.method = "DELETE", .key = *key};
    const auto outcome = client_->perform(*session, call, context, client_->options().attempts);
    if (!outcome.answer && outcome.failure.code != "NoSuchKey") return outcome.answer.error();
    return {};
  }

  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    if (auto ready = check(context); !ready) return ready.error();
    const auto key = client_->address().key_of_uri(uri);
    if (!key) return no_such(uri);
    if (valid_for <= milliseconds(0) || valid_for > longest_link)
      return invalid("valid_for: a link of S3 holds for at most 7 days");
    return client_->link(*key, std::chrono::ceil<std::chrono::seconds>(valid_for));
  }

 private:
  Result<void> check(const Context& context) const {
    if (auto same = client_->check_process(); !same) return same;
    return context.check();
  }

  static Error no_such(const std::string& uri) { return {ErrorCode::not_found, "no artifact " + uri, "s3"}; }

  const std::shared_ptr<const Client> client_;
  std::atomic<bool> seen_ = false;  // the bucket
};

}  // namespace
}  // namespace s3

Result<std::shared_ptr<ArtifactSink>> make_s3_artifacts(const S3Options& options) {
  auto address = s3::Address::of(options);
  if (!address) return std::move(address).error();
  if (options.part_bytes < s3::least_part_bytes || options.part_bytes > s3::most_part_bytes)
    return s3::invalid("part_bytes: from 5 MiB to 1 GiB, not " + std::to_string(options.part_bytes));
  auto keys = s3::find_credentials(options);
  if (!keys) return std::move(keys).error();
  S3Options known = options;
  if (known.ca_file.empty()) known.ca_file = s3::variable({"AWS_CA_BUNDLE"});
  auto client = std::make_shared<const s3::Client>(std::move(known), *std::move(address), *std::move(keys));
  const auto sink = std::make_shared<s3::S3Sink>(std::move(client));
  // One that is away is waited for.
  const auto trouble = sink->look(Context::within(s3::open_patience));
  if (trouble && !trouble->passes && trouble->error.code != ErrorCode::timeout) return trouble->error;
  return std::shared_ptr<ArtifactSink>(sink);
}

}  // namespace matchrunner
