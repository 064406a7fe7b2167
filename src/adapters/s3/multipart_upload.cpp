// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/multipart_upload.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/s3/multipart_etag.hpp"
#include "adapters/s3/unfinished_uploads.hpp"
#include "adapters/s3/xml.hpp"
#include "base/digest.hpp"

namespace matchrunner::s3 {
namespace {

using Clock = Context::Clock;

constexpr std::size_t most_parts = 10'000;
constexpr milliseconds abort_patience{10'000};

Error failed(ErrorCode code, std::string message) { return {code, std::move(message), "s3"}; }

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

MultipartUpload::MultipartUpload(std::shared_ptr<const Client> client, std::string key, std::string id)
    : client_(std::move(client)), key_(std::move(key)), id_(std::move(id)), session_(client_->session()) {}

Result<std::unique_ptr<MultipartUpload>> MultipartUpload::begin(std::shared_ptr<const Client> client, std::string key,
                                                                http::Headers headers, const Context& context) {
  // Again each time: an upload whose answer was lost is there, and nobody knows its id.
  const auto clear = [&] { remove_unfinished(*client, key, context); };
  const auto answer = client->perform({.method = "POST",
                                       .key = key,
                                       .query = {{"uploads", ""}},
                                       .headers = std::move(headers),
                                       .before_attempt = clear},
                                      context);
  if (!answer) return answer.error();
  const auto body = read_xml(answer->body);
  if (!body || body->child("UploadId").empty())
    return failed(ErrorCode::corrupt_data, client->shown(key) + ": the server began an upload and gave it no id");
  return std::unique_ptr<MultipartUpload>(
      new MultipartUpload(std::move(client), std::move(key), std::string(body->child("UploadId"))));
}

Result<std::unique_ptr<MultipartUpload>> MultipartUpload::resume(std::shared_ptr<const Client> client, std::string key,
                                                                 std::string id, std::uint64_t part_bytes,
                                                                 const Context& context) {
  std::unique_ptr<MultipartUpload> upload(new MultipartUpload(std::move(client), std::move(key), std::move(id)));
  const std::string not_there = upload->client_->shown(upload->key_) + ": nothing to resume by this token";
  for (std::string after = "0"; !after.empty();) {
    const Call list{.key = upload->key_, .query = {{"uploadId", upload->id_}, {"part-number-marker", after}}};
    auto outcome = upload->client_->perform(*upload->session_, list, context, upload->client_->options().attempts);
    if (!outcome.answer) {
      if (outcome.failure.code == "NoSuchUpload" || outcome.failure.error.code == ErrorCode::invalid_argument)
        return failed(ErrorCode::not_found, not_there);
      return outcome.answer.error();
    }
    const auto body = read_xml(outcome.answer->body);
    if (!body) return body.error();
    after = body->child("IsTruncated") == "true" ? std::string(body->child("NextPartNumberMarker")) : std::string();
    for (const XmlElement& part : body->children) {
      if (part.name != "Part") continue;
      const bool next = number_of(part.child("PartNumber")) == upload->etags_.size() + 1;
      if (!next || number_of(part.child("Size")) != part_bytes || part.child("ETag").empty()) {
        after.clear();  // what is not in a row is sent again
        break;
      }
      upload->etags_.emplace_back(part.child("ETag"));
      upload->bytes_ += part_bytes;
    }
  }
  return upload;
}

void MultipartUpload::begin_again() {
  kept_ = std::exchange(etags_, {});
  bytes_ = 0;
}

std::size_t MultipartUpload::safe_parts() const {
  const auto missing = std::find(etags_.begin(), etags_.end(), std::string());
  return static_cast<std::size_t>(missing - etags_.begin());
}

Call MultipartUpload::call_of(const Part& part) const {
  return {.method = "PUT",
          .key = key_,
          .query = {{"partNumber", std::to_string(part.number)}, {"uploadId", id_}},
          .body = as_bytes(part.bytes),
          .body_sha256 = part.sha256};
}

void MultipartUpload::start_due() {
  const auto now = Clock::now();
  for (Part& part : sending_) {
    if (part.request != 0 || part.due > now) continue;
    part.keys = client_->keys();
    part.request = session_->start(client_->request_of(call_of(part), part.keys));
  }
}

bool MultipartUpload::may_send() {
  if (sending_.empty()) return true;
  if (!client_->take_place()) return false;
  ++places_;
  return true;
}

void MultipartUpload::forget(std::list<Part>::iterator part) {
  spare_ = std::move(part->bytes);
  spare_.clear();
  sending_.erase(part);
  if (places_ == 0) return;
  --places_;
  client_->give_back_place();
}

void MultipartUpload::forget_all() {
  while (!sending_.empty()) forget(sending_.begin());
  spare_ = {};
}

Result<void> MultipartUpload::send(std::string bytes, std::string sha256, const Context& context) {
  if (etags_.size() >= most_parts)
    return failed(ErrorCode::resource_exhausted, client_->shown(key_) + ": more than " + std::to_string(most_parts) +
                                                     " parts; choose longer ones (part_bytes)");
  if (etags_.size() < kept_.size() && is_etag_of(kept_[etags_.size()], as_bytes(bytes))) {
    bytes_ += bytes.size();
    etags_.push_back(kept_[etags_.size()]);
    return {};
  }
  while (!may_send())
    if (auto settled = settle_one(context); !settled) return settled;
  bytes_ += bytes.size();
  etags_.emplace_back();
  sending_.push_back({.number = etags_.size(), .bytes = std::move(bytes), .sha256 = std::move(sha256)});
  start_due();
  session_->advance();
  return {};
}

// Waits until one part has an answer, or is due to be sent again.
Result<void> MultipartUpload::settle_one(const Context& context) {
  if (auto going = context.check(); !going) return going;
  start_due();
  auto due = Clock::time_point::max();
  for (const Part& part : sending_)
    if (part.request == 0) due = std::min(due, part.due);
  const Context until{std::min(context.deadline, due), context.stop};
  if (session_->in_flight() == 0) {
    const auto left = until.remaining();
    (void)wait_unless_over(left, context);  // the next call tells of a context that is over
    return {};
  }
  auto done = session_->wait(until);
  if (!done) return done.error().code == ErrorCode::timeout ? context.check() : Result<void>(done.error());
  const auto part =
      std::find_if(sending_.begin(), sending_.end(), [&](const Part& each) { return each.request == done->id; });
  if (part == sending_.end()) return {};
  return take_answer(part, std::move(done->answer));
}

Result<void> MultipartUpload::take_answer(std::list<Part>::iterator part, Result<http::Answer> answer) {
  const auto outcome = client_->judge(call_of(*part), part->keys, std::move(answer));
  part->request = 0;
  if (outcome.answer) {
    std::string etag(outcome.answer->header("etag"));
    if (etag.empty())
      return failed(ErrorCode::corrupt_data, client_->shown(key_) + ": the server took a part and gave it no ETag");
    etags_[part->number - 1] = std::move(etag);
    forget(part);
    return {};
  }
  if (!outcome.failure.passes || ++part->failures >= client_->options().attempts) return outcome.failure.error;
  part->due = Clock::now() + Client::pause_after(outcome.failure, part->failures);
  return {};
}

std::string MultipartUpload::list_of_parts() const {
  std::string text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (std::size_t i = 0; i < etags_.size(); ++i)
    text += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + xml_escaped(etags_[i]) +
            "</ETag></Part>";
  return text + "</CompleteMultipartUpload>";
}

// Its answer may be lost, and the upload is unknown then: what counts is the object, and that it has all the bytes.
Result<void> MultipartUpload::complete(const Context& context) {
  while (!sending_.empty())
    if (auto settled = settle_one(context); !settled) return settled;
  const std::string list = list_of_parts();
  const Call call{.method = "POST",
                  .key = key_,
                  .query = {{"uploadId", id_}},
                  .headers = {{"content-type", "application/xml"}},
                  .body = as_bytes(list),
                  .body_sha256 = sha256_hex(list)};
  const auto outcome = client_->perform(*session_, call, context, client_->options().attempts);
  const bool maybe_lost = outcome.failure.code == "NoSuchUpload" || outcome.failure.passes;
  if (!outcome.answer && !maybe_lost) return outcome.failure.error;
  const auto head = client_->perform(*session_, {.method = "HEAD", .key = key_}, context, client_->options().attempts);
  if (!head.answer) return outcome.answer ? head.failure.error : outcome.failure.error;
  if (!outcome.answer && head.answer->header("etag") != multipart_etag(etags_)) return outcome.failure.error;
  const std::string_view size = head.answer->header("content-length");
  if (number_of(size) == bytes_) return {};
  return failed(ErrorCode::corrupt_data, client_->shown(key_) + ": the server made an object of " + std::string(size) +
                                             " bytes of parts with " + std::to_string(bytes_));
}

void MultipartUpload::abort() noexcept {
  if (!client_->check_process()) return;
  try {
    session_->cancel_all();
    forget_all();
    const Call call{.method = "DELETE", .key = key_, .query = {{"uploadId", id_}}};
    (void)client_->perform(*session_, call, Context::within(abort_patience), 3);
  } catch (...) {  // out of memory: the next writer of the key removes it
  }
}

}  // namespace matchrunner::s3
