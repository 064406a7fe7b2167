// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/frame_reader.hpp"

#include <amqp_framing.h>

#include <algorithm>
#include <utility>

#include "adapters/rabbitmq/failure.hpp"

namespace matchrunner::rabbitmq {
namespace {

// A command has at most 16 MiB: of a longer body so much is kept that this is seen.
constexpr std::size_t most_body = (16 << 20) + 1;

std::string copy(const amqp_bytes_t& bytes) { return std::string(text_of(bytes)); }

template <class Method>
const Method& as(const amqp_method_t& method) {
  return *static_cast<const Method*>(method.decoded);
}

}  // namespace

Result<std::optional<Incoming>> FrameReader::take(const amqp_frame_t& frame, const std::string& shown) {
  if (frame.frame_type == AMQP_FRAME_METHOD) return take_method(frame.payload.method, shown);
  if (!begun_) return std::optional<Incoming>();
  if (frame.frame_type == AMQP_FRAME_HEADER) take_properties(frame);
  if (frame.frame_type == AMQP_FRAME_BODY) {
    const std::string_view part = text_of(frame.payload.body_fragment);
    left_ -= std::min<std::uint64_t>(left_, part.size());
    if (auto* const delivery = std::get_if<Delivery>(&*begun_))
      delivery->body += part.substr(0, most_body - delivery->body.size());
  }
  return take_whole();
}

Result<std::optional<Incoming>> FrameReader::take_method(const amqp_method_t& method, const std::string& shown) {
  begun_.reset();
  has_header_ = false;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = as<amqp_basic_deliver_t>(method);
      Delivery delivery;
      delivery.consumer = copy(deliver.consumer_tag);
      delivery.tag = deliver.delivery_tag;
      begun_ = std::move(delivery);
      return std::optional<Incoming>();
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& back = as<amqp_basic_return_t>(method);
      begun_ = Returned{back.reply_code, copy(back.reply_text), copy(back.exchange), copy(back.routing_key), {}};
      return std::optional<Incoming>();
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = as<amqp_basic_ack_t>(method);
      return std::optional<Incoming>(Confirm{ack.delivery_tag, ack.multiple != 0, true});
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = as<amqp_basic_nack_t>(method);
      return std::optional<Incoming>(Confirm{nack.delivery_tag, nack.multiple != 0, false});
    }
    case AMQP_BASIC_CONSUME_OK_METHOD:
      return std::optional<Incoming>(Begun{copy(as<amqp_basic_consume_ok_t>(method).consumer_tag)});
    case AMQP_BASIC_CANCEL_METHOD:
      return std::optional<Incoming>(Ended{copy(as<amqp_basic_cancel_t>(method).consumer_tag)});
    case AMQP_CHANNEL_CLOSE_METHOD: {
      const auto& close = as<amqp_channel_close_t>(method);
      return refused(close.reply_code, text_of(close.reply_text), shown);
    }
    case AMQP_CONNECTION_CLOSE_METHOD: {
      const auto& close = as<amqp_connection_close_t>(method);
      return refused(close.reply_code, text_of(close.reply_text), shown);
    }
    case AMQP_CONNECTION_BLOCKED_METHOD:
      blocked_ = copy(as<amqp_connection_blocked_t>(method).reason);
      if (blocked_.empty()) blocked_ = "no reason given";
      return std::optional<Incoming>();
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      blocked_.clear();
      return std::optional<Incoming>();
    default:
      return std::optional<Incoming>();
  }
}

void FrameReader::take_properties(const amqp_frame_t& frame) {
  has_header_ = true;
  left_ = frame.payload.properties.body_size;
  const auto& given = *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  const auto text = [&](amqp_flags_t flag, const amqp_bytes_t& bytes) {
    return (given._flags & flag) != 0 ? copy(bytes) : std::string();
  };
  const std::string message_id = text(AMQP_BASIC_MESSAGE_ID_FLAG, given.message_id);
  if (auto* const returned = std::get_if<Returned>(&*begun_)) returned->message_id = message_id;
  if (auto* const delivery = std::get_if<Delivery>(&*begun_)) {
    delivery->message_id = message_id;
    delivery->reply_to = text(AMQP_BASIC_REPLY_TO_FLAG, given.reply_to);
    delivery->correlation_id = text(AMQP_BASIC_CORRELATION_ID_FLAG, given.correlation_id);
  }
}

std::optional<Incoming> FrameReader::take_whole() {
  if (!has_header_ || left_ > 0) return std::nullopt;
  has_header_ = false;
  return std::exchange(begun_, std::nullopt);
}

}  // namespace matchrunner::rabbitmq
