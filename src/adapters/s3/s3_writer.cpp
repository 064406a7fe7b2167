// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/s3_writer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/s3/content_type.hpp"

namespace matchrunner::s3 {
namespace {

// "PART_BYTES.UPLOAD_ID", and of an encoded upload "PART_BYTES/CODING.UPLOAD_ID".
struct Token {
  std::uint64_t part_bytes = 0;
  std::string coding;
  std::string upload;
};

std::optional<Token> read_token(std::string_view text) {
  Token token;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token.part_bytes);
  if (error != std::errc() || token.part_bytes == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot + 1 == text.size() || (dot > 0 && text[0] != '/')) return std::nullopt;
  if (dot > 0) token.coding = text.substr(1, dot - 1);
  token.upload = text.substr(dot + 1);
  return token;
}

}  // namespace

S3Writer::S3Writer(std::shared_ptr<const Client> client, std::string key)
    : client_(std::move(client)),
      key_(std::move(key)),
      part_bytes_(client_->options().part_bytes),
      encoder_(make_encoder(client_->options().encoding)) {}

Result<std::unique_ptr<ArtifactWriter>> S3Writer::open(std::shared_ptr<const Client> client, std::string key,
                                                       const std::string& resume_token, const Context& context) {
  std::unique_ptr<S3Writer> writer(new S3Writer(std::move(client), std::move(key)));
  if (resume_token.empty()) return std::unique_ptr<ArtifactWriter>(std::move(writer));
  const auto token = read_token(resume_token);
  if (!token || token->coding != writer->coding())
    return Error{ErrorCode::not_found, writer->client_->shown(writer->key_) + ": nothing to resume by this token",
                 "s3"};
  auto upload = MultipartUpload::resume(writer->client_, writer->key_, token->upload, token->part_bytes, context);
  if (!upload) return std::move(upload).error();
  writer->part_bytes_ = token->part_bytes;
  writer->upload_ = *std::move(upload);
  if (writer->encodes()) writer->upload_->begin_again();
  return std::unique_ptr<ArtifactWriter>(std::move(writer));
}

std::string_view S3Writer::coding() const { return name_of(client_->options().encoding); }

http::Headers S3Writer::headers() const {
  http::Headers all{{"content-type", std::string(content_type_of(key_))}};
  if (encodes()) all.emplace_back("content-encoding", coding());
  return all;
}

// The coder's state is lost with the process: what is encoded comes again from the start, and becomes the same.
std::uint64_t S3Writer::offset() const {
  return upload_ == nullptr || encodes() ? 0 : upload_->safe_parts() * part_bytes_;
}

std::string S3Writer::resume_token() const {
  if (upload_ == nullptr) return {};
  return std::to_string(part_bytes_) + (encodes() ? "/" : "") + std::string(coding()) + "." + upload_->id();
}

Result<void> S3Writer::write(ByteView bytes, const Context& context) {
  if (auto same = client_->check_process(); !same) return same;
  if (auto going = context.check(); !going) return going;
  while (!bytes.empty()) {
    const std::size_t room = part_bytes_ - std::min<std::uint64_t>(pending_.size(), part_bytes_ - 1);
    const ByteView next = bytes.first(std::min(bytes.size(), room));
    encoder_->encode(next, pending_);
    bytes = bytes.subspan(next.size());
    hash();
    while (pending_.size() >= part_bytes_)
      if (auto sent = send_part(context); !sent) return sent;
  }
  if (upload_ != nullptr) upload_->advance();  // the next part is made while others are sent
  return {};
}

// While the bytes are still in the processor's cache.
void S3Writer::hash() {
  const std::size_t until = std::min<std::uint64_t>(pending_.size(), part_bytes_);
  sha256_.update(as_bytes(std::string_view(pending_).substr(hashed_, until - hashed_)));
  hashed_ = until;
}

// Of a part's worth of what is pending, which goes now.
std::string S3Writer::digest() {
  hash();
  hashed_ = 0;
  return std::exchange(sha256_, Sha256()).hex();
}

// A part's worth of what is pending, or all of it.
Result<void> S3Writer::send_part(const Context& context) {
  if (upload_ == nullptr) {
    auto begun = MultipartUpload::begin(client_, key_, headers(), context);
    if (!begun) return std::move(begun).error();
    upload_ = *std::move(begun);
  }
  std::string sha256 = digest();
  std::string part = std::exchange(pending_, {});
  const std::string rest = part.size() > part_bytes_ ? part.substr(part_bytes_) : std::string();
  part.resize(std::min<std::size_t>(part.size(), part_bytes_));
  if (auto sent = upload_->send(std::move(part), std::move(sha256), context); !sent) return sent;
  pending_ = upload_->take_spare();
  pending_.reserve(part_bytes_);
  pending_ += rest;
  return {};
}

Result<void> S3Writer::put_whole(const Context& context) {
  const auto put = client_->perform(
      {.method = "PUT", .key = key_, .headers = headers(), .body = as_bytes(pending_), .body_sha256 = digest()},
      context);
  if (!put) return put.error();
  return {};
}

Result<std::string> S3Writer::close(const Context& context) {
  if (auto same = client_->check_process(); !same) return same.error();
  if (auto going = context.check(); !going) return going.error();
  if (!open_) return Error{ErrorCode::invalid_argument, client_->shown(key_) + ": the writer is closed", "s3"};
  encoder_->end(pending_);
  Result<void> stored;
  if (upload_ == nullptr && pending_.size() <= part_bytes_) {
    stored = put_whole(context);
  } else {
    while (stored && !pending_.empty()) stored = send_part(context);
    if (stored) stored = upload_->complete(context);
  }
  if (!stored) return std::move(stored).error();
  open_ = false;
  upload_.reset();
  return client_->shown(key_);
}

void S3Writer::abort() noexcept {
  if (!open_) return;
  open_ = false;
  if (upload_ != nullptr) upload_->abort();
  upload_.reset();
}

}  // namespace matchrunner::s3
