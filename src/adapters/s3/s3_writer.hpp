// SPDX-License-Identifier: Apache-2.0
// S3Writer: one artifact on its way into the bucket, by one request when it is short, in parts when it is longer than
// one. Nobody sees it before close().
#pragma once

#include <memory>
#include <string>

#include "adapters/s3/client.hpp"
#include "adapters/s3/content_encoding.hpp"
#include "adapters/s3/multipart_upload.hpp"
#include "base/digest.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner::s3 {

class S3Writer final : public ArtifactWriter {
 public:
  static Result<std::unique_ptr<ArtifactWriter>> open(std::shared_ptr<const Client> client, std::string key,
                                                      const std::string& resume_token, const Context& context);
  ~S3Writer() override { S3Writer::abort(); }

  std::uint64_t offset() const override;
  std::string resume_token() const override;
  Result<void> write(ByteView bytes, const Context& context) override;
  Result<std::string> close(const Context& context) override;
  void abort() noexcept override;

 private:
  S3Writer(std::shared_ptr<const Client> client, std::string key);

  http::Headers headers() const;
  std::string_view coding() const;  // empty: identity
  bool encodes() const { return !coding().empty(); }
  void hash();
  std::string digest();
  Result<void> send_part(const Context& context);
  Result<void> put_whole(const Context& context);

  const std::shared_ptr<const Client> client_;
  const std::string key_;
  std::uint64_t part_bytes_;
  std::unique_ptr<Encoder> encoder_;
  std::string pending_;                      // encoded, not sent
  Sha256 sha256_;                            // of its first bytes, at most a part's
  std::size_t hashed_ = 0;                   // as many
  std::unique_ptr<MultipartUpload> upload_;  // none: less than a part so far
  bool open_ = true;
};

}  // namespace matchrunner::s3
