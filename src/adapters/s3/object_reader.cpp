// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/object_reader.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "adapters/s3/content_encoding.hpp"

namespace matchrunner::s3 {
namespace {

using Taken = http::Request::Taken;

constexpr int nothing_there = 416;  // range not satisfiable: its begin is behind the end

bool is_coding(std::string_view name) { return !name.empty() && name != "identity" && name != "aws-chunked"; }

// What an answer's body holds from `skip` on, decoded.
class Piece {
 public:
  Piece(std::uint64_t skip, std::size_t size) : skip_(skip), size_(size) {}

  // A new attempt begins where the first did.
  void begin_again() {
    decoder_.reset();
    bytes_.clear();
    skipped_ = 0;
    encoded_ = false;
  }

  bool encoded() const { return encoded_; }

  Result<Taken> take(const http::Answer& head, ByteView part, bool whole) {
    const std::string_view coding = head.header("content-encoding");
    encoded_ = is_coding(coding);
    if (encoded_ && !whole) return Taken{false};  // a piece of what is encoded tells nothing
    if (decoder_ == nullptr) decoder_ = make_decoder(encoded_ ? coding : std::string_view());
    if (decoder_ == nullptr)
      return Error{ErrorCode::unsupported, "the object is stored as " + std::string(coding.substr(0, 40)), "s3"};
    const auto decoded = decoder_->decode(part, [this](std::string_view more) {
      const auto over = static_cast<std::size_t>(std::min<std::uint64_t>(more.size(), skip_ - skipped_));
      skipped_ += over;
      bytes_ += more.substr(over, size_ - bytes_.size());
      return bytes_.size() < size_;
    });
    if (!decoded) return decoded.error();
    return Taken{bytes_.size() < size_};
  }

  std::string take_bytes() { return std::move(bytes_); }

 private:
  std::uint64_t skip_;
  std::size_t size_;
  std::uint64_t skipped_ = 0;
  std::unique_ptr<Decoder> decoder_;
  std::string bytes_;
  bool encoded_ = false;
};

std::string range_text(std::uint64_t offset, std::size_t size) {
  std::string from = "bytes=" + std::to_string(offset) + "-";
  const std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (offset > most || size > most - offset) return from;
  return from + std::to_string(offset + size - 1);
}

struct Read {
  Client::Outcome outcome;
  Piece piece;
};

Read attempt(const Client& client, const std::string& key, std::uint64_t offset, std::size_t size, bool whole,
             const Context& context) {
  Read read{{http::Answer{}, {}}, Piece(whole ? offset : 0, size)};
  Call call{.key = key};
  if (!whole) call.headers.emplace_back("range", range_text(offset, size));
  call.before_attempt = [&read] { read.piece.begin_again(); };
  call.body_sink = [&read, whole](const http::Answer& head, ByteView part) {
    return read.piece.take(head, part, whole);
  };
  const Client::Session session = client.session();
  read.outcome = client.perform(*session, call, context, client.options().attempts);
  return read;
}

}  // namespace

Result<std::string> read_object(const Client& client, const std::string& key, std::uint64_t offset, std::size_t size,
                                const Context& context) {
  const std::size_t asked = std::max<std::size_t>(size, 1);  // also of no bytes it is told whether they are there
  const bool whole = client.options().encoding != S3Encoding::identity;
  auto read = attempt(client, key, offset, asked, whole, context);
  bool encoded = read.piece.encoded();
  if (!whole && read.outcome.failure.status == nothing_there) {  // but maybe there is when it is decoded
    const auto head = client.perform({.method = "HEAD", .key = key}, context);
    if (!head) return head.error();
    encoded = is_coding(head->header("content-encoding"));
    if (!encoded) return std::string();
  }
  if (!whole && encoded) read = attempt(client, key, offset, asked, true, context);
  if (!read.outcome.answer) return read.outcome.answer.error();
  std::string bytes = read.piece.take_bytes();
  bytes.resize(std::min(bytes.size(), size));
  return bytes;
}

}  // namespace matchrunner::s3
