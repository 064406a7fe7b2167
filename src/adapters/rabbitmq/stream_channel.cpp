// SPDX-License-Identifier: Apache-2.0
// States of a stream:
//   whole     what was sent of it is confirmed, or will be, in order
//   broken    a message of it was refused, or the connection is gone: what is not confirmed may or may not be there.
//             Whoever goes on with it begins again at the confirmed bytes, so that some come twice and none is missing.
#include "adapters/rabbitmq/stream_channel.hpp"

#include <algorithm>
#include <utility>

#include "adapters/rabbitmq/topology.hpp"
#include "base/percent.hpp"

namespace matchrunner::rabbitmq {

Result<void> StreamChannel::connect(const Context& context) {
  if (connection_) return {};
  // First as it stands there: what somebody made in another way is good, too.
  for (const bool declare : {false, true}) {
    auto made = Connection::open(address_, "matchrunner streams", context);
    if (!made) return made.error();
    auto there = prepare_streams(**made, options_, declare, context);
    if (there) {
      connection_ = *std::move(made);
      return {};
    }
    if (declare || !options_.declare || there.error().code != ErrorCode::not_found) return there;
  }
  return {};
}

Result<void> StreamChannel::send(const std::shared_ptr<StreamProgress>& stream, Message message, std::uint64_t end,
                                 const Context& context) {
  if (stream->broken) return *stream->broken;
  if (auto connected = connect(context); !connected) return connected;
  message.mandatory = options_.mandatory;
  Result<void> going = look({});
  while (going && !stream->broken && in_flight_.size() >= options_.window) going = look(context);
  if (!going) return going;
  if (stream->broken) return *stream->broken;
  const auto number = connection_->publish(message, context);
  if (!number) {
    lose(number.error());
    return number.error();
  }
  stream->sent = end;
  ++stream->in_flight;
  in_flight_.push_back({*number, stream, end, std::move(message.message_id)});
  return {};
}

Result<void> StreamChannel::tend(const StreamProgress& stream) {
  auto seen = connection_ ? look({}) : Result<void>();
  if (stream.broken) return *stream.broken;
  return stream.in_flight == 0 ? Result<void>() : std::move(seen);
}

Result<void> StreamChannel::settle(StreamProgress& stream, const Context& context) {
  while (!stream.broken && stream.in_flight > 0)
    if (auto seen = look(context); !seen) return seen;
  if (stream.broken) return *stream.broken;
  return {};
}

// What the broker says next; without a context: what it has said already.
Result<void> StreamChannel::look(const std::optional<Context>& context) {
  const Context waits = context ? *context : Context::within(milliseconds(0));
  while (true) {
    auto incoming = connection_->next(waits);
    if (!incoming) {
      lose(incoming.error());
      return incoming.error();
    }
    if (!*incoming) {
      if (!context) return {};
      const std::string why =
          connection_->blocked().empty() ? "confirms nothing" : "takes no messages: " + connection_->blocked();
      return Error{ErrorCode::timeout, connection_->shown() + ": the broker " + why, "rabbitmq"};
    }
    if (const auto* const confirm = std::get_if<Confirm>(&**incoming))
      if (auto taken = note(*confirm); !taken) return taken;
    if (const auto* const returned = std::get_if<Returned>(&**incoming)) note(*returned);
    if (context) return {};
  }
}

// Refused once, a channel may be for ever: see rabbitmq_events.cpp.
Result<void> StreamChannel::note(const Confirm& confirm) {
  if (!confirm.taken) {
    const Error refusal{ErrorCode::unavailable, connection_->shown() + ": the broker refused a message", "rabbitmq"};
    lose(refusal);
    return refusal;
  }
  for (InFlight& one : in_flight_) {
    if (one.number > confirm.number) break;
    if (one.number != confirm.number && !confirm.multiple) continue;
    one.settled = true;
  }
  while (!in_flight_.empty() && in_flight_.front().settled) {
    StreamProgress& stream = *in_flight_.front().stream;
    if (!stream.broken) stream.confirmed = in_flight_.front().end;
    --stream.in_flight;
    in_flight_.pop_front();
  }
  return {};
}

// Its Confirm follows, and does not count.
void StreamChannel::note(const Returned& returned) {
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [&](const InFlight& one) { return one.message_id == returned.message_id; });
  if (found == in_flight_.end() || found->stream->broken) return;
  const std::string where = returned.exchange.empty() ? "no queue '" + returned.routing_key + "'"
                                                      : "exchange '" + returned.exchange + "' has no queue for '" +
                                                            returned.routing_key + "'";
  found->stream->broken = Error{ErrorCode::not_found,
                                connection_->shown() + ": " + where + ": " + std::to_string(returned.code) + " " +
                                    without_controls(returned.text),
                                "rabbitmq"};
}

void StreamChannel::lose(const Error& error) {
  for (InFlight& one : in_flight_) {
    if (!one.stream->broken) one.stream->broken = error;
    one.stream->in_flight = 0;
  }
  in_flight_.clear();
  connection_.reset();
}

std::string StreamChannel::uri() const {
  Address shown = address_;
  shown.broker.user.clear();
  std::string text = shown.shown(address_.nodes.front());
  if (const auto at = text.find("://@"); at != text.npos) text.erase(at + 3, 1);
  const char* mark = "?";
  for (const auto& [name, value] : {std::pair{"exchange", &options_.exchange}, std::pair{"queue", &options_.queue}})
    if (!value->empty()) text += std::exchange(mark, "&") + std::string(name) + "=" + percent_encode(*value);
  return text;
}

}  // namespace matchrunner::rabbitmq
