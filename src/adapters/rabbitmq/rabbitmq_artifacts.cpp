// SPDX-License-Identifier: Apache-2.0
// An artifact is a row of messages: its bytes in parts, each with where it begins, and an empty last one.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/rabbitmq/stream_channel.hpp"
#include "base/digest.hpp"
#include "domain/artifact_name.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner {
namespace rabbitmq {
namespace {

constexpr std::size_t part_bytes = 64 << 10;
constexpr std::size_t short_text = 255;  // of what AMQP keeps in a property
constexpr std::string_view token_mark = "at:";

std::optional<std::uint64_t> offset_in(std::string_view token) {
  std::uint64_t offset = 0;
  if (!token.starts_with(token_mark)) return std::nullopt;
  token.remove_prefix(token_mark.size());
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), offset);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return offset;
}

class StreamWriter final : public ArtifactWriter {
 public:
  StreamWriter(std::shared_ptr<StreamChannel> channel, ArtifactKey key, std::string path, std::uint64_t offset)
      : channel_(std::move(channel)),
        key_(std::move(key)),
        path_(std::move(path)),
        progress_(std::make_shared<StreamProgress>()) {
    progress_->sent = progress_->confirmed = offset;
  }

  std::uint64_t offset() const override { return progress_->confirmed; }
  std::string resume_token() const override { return std::string(token_mark) + std::to_string(offset()); }

  Result<void> write(ByteView bytes, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    if (bytes.empty()) return channel_->tend(*progress_);
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min(bytes.size(), part_bytes));
      const auto* const text = reinterpret_cast<const char*>(part.data());
      if (auto sent = send(std::string(text, part.size()), false, context); !sent) return sent;
      bytes = bytes.subspan(part.size());
    }
    return {};
  }

  Result<std::string> close(const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    if (auto sent = send({}, true, context); !sent) return sent.error();
    if (auto settled = channel_->settle(*progress_, context); !settled) return settled.error();
    return channel_->uri();
  }

  // What was sent is with those who listen.
  void abort() noexcept override {}

 private:
  Result<void> send(std::string bytes, bool last, const Context& context) {
    const auto& options = channel_->options();
    const std::uint64_t begin = progress_->sent;
    const std::uint64_t end = begin + bytes.size();
    Message message;
    message.exchange = options.exchange;
    message.routing_key = options.queue;
    if (message.routing_key.empty()) {
      message.routing_key = key_.match + "." + key_.name;
      std::replace(message.routing_key.begin(), message.routing_key.end(), '/', '.');
    }
    message.body = std::move(bytes);
    message.message_id = path_ + "@" + std::to_string(begin) + (last ? "." : "");
    if (message.message_id.size() > short_text) message.message_id = sha256_hex(message.message_id);
    message.persistent = false;
    message.content_type = "application/octet-stream";
    message.headers = {{"match_id", key_.match},
                       {"epoch", static_cast<std::int64_t>(key_.epoch)},
                       {"name", key_.name},
                       {"offset", static_cast<std::int64_t>(begin)},
                       {"last", last}};
    return channel_->send(progress_, std::move(message), end, context);
  }

  const std::shared_ptr<StreamChannel> channel_;
  const ArtifactKey key_;
  const std::string path_;
  const std::shared_ptr<StreamProgress> progress_;
};

class RabbitMqArtifacts final : public ArtifactSink {
 public:
  explicit RabbitMqArtifacts(std::shared_ptr<StreamChannel> channel) : channel_(std::move(channel)) {}

  ArtifactSinkCapabilities capabilities() const override { return {.resumes = true, .remote = true}; }

  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                               const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    auto path = artifact_path(key.match, key.epoch, key.name);
    if (!path) return path.error();
    const auto offset = resume_token.empty() ? 0 : offset_in(resume_token);
    if (!offset) return Error{ErrorCode::not_found, "the resume token leads nowhere", "rabbitmq"};
    return std::unique_ptr<ArtifactWriter>(std::make_unique<StreamWriter>(channel_, key, *std::move(path), *offset));
  }

  Result<std::string> read(const std::string&, std::uint64_t, std::size_t, const Context&) override {
    return unsupported("read back");
  }
  Result<void> remove(const std::string&, const Context&) override { return unsupported("removed"); }
  Result<std::string> link(const std::string&, milliseconds, const Context&) override { return unsupported("linked"); }

 private:
  static Error unsupported(const char* what) {
    return {ErrorCode::unsupported, std::string("what was sent to a broker cannot be ") + what, "rabbitmq"};
  }

  const std::shared_ptr<StreamChannel> channel_;
};

}  // namespace
}  // namespace rabbitmq

Result<std::shared_ptr<ArtifactSink>> make_rabbitmq_artifacts(const RabbitMqArtifactsOptions& options) {
  auto address = rabbitmq::Address::of(options.broker);
  if (!address) return std::move(address).error();
  if (options.queue.empty() && options.exchange.empty())
    return rabbitmq::invalid("queue: expected the name of one, or of an exchange, found neither");
  for (const auto& [field, name] : {std::pair{"exchange", &options.exchange}, std::pair{"queue", &options.queue}})
    if (!name->empty())
      if (auto checked = rabbitmq::check_name(field, *name); !checked) return std::move(checked).error();
  if (options.window == 0) return rabbitmq::invalid("window: expected at least 1, found 0");
  const milliseconds patience = options.broker.connect_timeout * static_cast<int>(address->nodes.size() + 1);
  auto channel = std::make_shared<rabbitmq::StreamChannel>(*std::move(address), options);
  if (auto connected = channel->connect(Context::within(patience)); !connected) return std::move(connected).error();
  return std::shared_ptr<ArtifactSink>(std::make_shared<rabbitmq::RabbitMqArtifacts>(std::move(channel)));
}

}  // namespace matchrunner
