// SPDX-License-Identifier: Apache-2.0
// States of a sink:
//   away     no connection: the next publish makes one, and declares the exchange
//   ready    everything sent before is confirmed
//   sending  up to `window` messages are on their way; it ends when all are confirmed, else the connection is given up:
//            what the broker had already comes to it twice. Also when one is refused: a channel that has published to a
//            queue whose leader was gone just then is refused by it for ever (seen with RabbitMQ 3.10)
//   careful  the broker ended with an internal error: as many events as had been under way go one by one. Of one that
//            it cannot bear alone either, the reply is dropped, if it was a direct one: that names a process of the
//            broker, and whoever made it up would hold up all others for ever
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/rabbitmq/flight.hpp"
#include "adapters/rabbitmq/reply.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner {
namespace rabbitmq {
namespace {

constexpr std::string_view direct_reply = "amq.rabbitmq.reply-to.";
constexpr std::size_t look_every = 64;  // messages, for what the broker says meanwhile

class RabbitMqEvents final : public EventSink {
 public:
  RabbitMqEvents(Address address, RabbitMqEventsOptions options)
      : address_(std::move(address)), options_(std::move(options)) {}

  EventSinkCapabilities capabilities() const override { return {.durable = true}; }

  Result<void> connect(const Context& context) {
    auto made = Connection::open(address_, "matchrunner events", context);
    if (!made) return made.error();
    if (!options_.exchange.empty())
      if (auto there = prepare_exchange(**made, options_.exchange, options_.declare, context); !there) return there;
    connection_ = *std::move(made);
    return {};
  }

  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    if (!connection_)
      if (auto connected = connect(context); !connected) return connected.error();
    if (careful_ > 0) events = events.first(std::min<std::size_t>(events.size(), 1));
    Flight flight;
    std::size_t begun = 0;
    Result<void> done = send_all(events, flight, begun, context);
    if (done) done = wait_for_confirms(events, flight, context);
    const std::size_t taken = flight.taken(begun);
    careful_ -= std::min(careful_, taken);
    if (done && flight.any_refused() && !refusal_)
      done = Error{ErrorCode::unavailable, connection_->shown() + ": the broker refused a message", "rabbitmq"};
    if (!done) end(events, done.error());
    if (taken > 0 || events.empty()) return taken;
    return done ? *std::exchange(refusal_, std::nullopt) : done.error();
  }

 private:
  void end(std::span<const Event> events, const Error& error) {
    connection_.reset();
    if (error.code != ErrorCode::internal) return;
    careful_ = events.size();
    if (events.size() == 1) unbearable_ = events.front().sequence;
  }

  Result<void> send_all(std::span<const Event> events, Flight& flight, std::size_t& begun, const Context& context) {
    refusal_.reset();
    if (auto seen = look(events, flight, {}); !seen) return seen;
    std::size_t sent = 0;
    for (const Event& event : events) {
      if (flight.any_refused()) return {};
      const std::size_t index = begun;
      for (auto& message : messages_of(event)) {
        if (!message) continue;
        while (flight.in_air() >= options_.window)
          if (auto seen = look(events, flight, context); !seen) return seen;
        const auto number = connection_->publish(*message, context);
        if (!number) return number.error();
        flight.sent(*number, index);
        if (++sent % look_every == 0)
          if (auto seen = look(events, flight, {}); !seen) return seen;
      }
      ++begun;  // only now: of an event that is sent in part nothing counts
    }
    return {};
  }

  Result<void> wait_for_confirms(std::span<const Event> events, Flight& flight, const Context& context) {
    while (flight.in_air() > 0)
      if (auto seen = look(events, flight, context); !seen) return seen;
    return {};
  }

  std::array<std::optional<Message>, 2> messages_of(const Event& event) const {
    std::array<std::optional<Message>, 2> messages;
    if (!options_.exchange.empty())
      messages[0] = Message{
          options_.exchange, event.kind + "." + event.type, to_json(event), {}, {}, std::to_string(event.sequence),
          options_.mandatory};
    messages[1] = reply_of(event);
    if (messages[1] && options_.replies_expire > 0)
      messages[1]->expiration = std::to_string(options_.replies_expire * 1000ULL);
    if (event.sequence == unbearable_ && messages[1] && messages[1]->routing_key.starts_with(direct_reply))
      messages[1].reset();
    return messages;
  }

  // What the broker says next; without a context: what it has said already.
  Result<void> look(std::span<const Event> events, Flight& flight, const std::optional<Context>& context) {
    const Context waits = context ? *context : Context::within(milliseconds(0));
    while (true) {
      auto incoming = connection_->next(waits);
      if (!incoming) return incoming.error();
      if (!*incoming) {
        if (!context) return {};
        const std::string why =
            connection_->blocked().empty() ? "confirms nothing" : "takes no messages: " + connection_->blocked();
        return Error{ErrorCode::timeout, connection_->shown() + ": the broker " + why, "rabbitmq"};
      }
      if (const auto* const confirm = std::get_if<Confirm>(&**incoming))
        flight.confirmed(confirm->number, confirm->multiple, confirm->taken);
      if (const auto* const returned = std::get_if<Returned>(&**incoming)) note_return(events, flight, *returned);
      if (context) return {};
    }
  }

  // The queue of a reply is gone, and its owner with it. Events wait until somebody binds a queue for them.
  void note_return(std::span<const Event> events, Flight& flight, const Returned& returned) {
    if (returned.exchange.empty()) return;
    std::uint64_t sequence = 0;
    const std::string& id = returned.message_id;
    std::from_chars(id.data(), id.data() + id.size(), sequence);
    for (std::size_t i = 0; i < events.size(); ++i)
      if (events[i].sequence == sequence) flight.refused(i);
    refusal_ = Error{ErrorCode::not_found,
                     connection_->shown() + ": exchange '" + returned.exchange + "' has no queue for '" +
                         returned.routing_key + "': " + std::to_string(returned.code) + " " + returned.text,
                     "rabbitmq"};
  }

  const Address address_;
  const RabbitMqEventsOptions options_;
  std::unique_ptr<Connection> connection_;
  std::size_t careful_ = 0;                  // events that go one by one
  std::optional<std::uint64_t> unbearable_;  // the event that ended a connection alone
  std::optional<Error> refusal_;             // of the first event that was refused
};

}  // namespace
}  // namespace rabbitmq

Result<std::shared_ptr<EventSink>> make_rabbitmq_events(const RabbitMqEventsOptions& options) {
  auto address = rabbitmq::Address::of(options.broker);
  if (!address) return std::move(address).error();
  if (!options.exchange.empty())
    if (auto checked = rabbitmq::check_name("exchange", options.exchange); !checked) return std::move(checked).error();
  if (options.window == 0) return rabbitmq::invalid("window: expected at least 1, found 0");
  const milliseconds patience = options.broker.connect_timeout * static_cast<int>(address->nodes.size() + 1);
  auto sink = std::make_shared<rabbitmq::RabbitMqEvents>(*std::move(address), options);
  if (auto connected = sink->connect(Context::within(patience)); !connected) return std::move(connected).error();
  return std::shared_ptr<EventSink>(std::move(sink));
}

}  // namespace matchrunner
