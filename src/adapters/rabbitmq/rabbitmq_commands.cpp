// SPDX-License-Identifier: Apache-2.0
// States of a source:
//   away        no connection: the next poll makes one, and consumes. What was not settled comes again
//   consuming   from the queue, its own queue for control commands and, unless something was deferred, from the waiting
//               queue, one at a time
//               A queue without a leader begins no consumer and says nothing: then the connection is given up, with an
//               error
//   full        after defer(): not from the waiting queue, until resume()
// What is accepted is told to the broker once nothing that was handed out is unsettled, by one acknowledgement for all
// below the first delivery that is not settled; at the latest by the next poll, or by the end of the source. Killed
// before, it comes again, as what was stored and not accepted does.
//   ended       after give_back(): over a connection that consumes nothing, so that what goes back to the queue does
//   not
//               come here again. Until the next poll
// A command is moved (to the waiting queue, or to everybody) by publishing it, waiting for the broker's confirm, and
// then acknowledging it: killed in between, it is there twice, and the second has no effect.
#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <chrono>
#include <deque>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/rabbitmq/topology.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner {
namespace rabbitmq {
namespace {

// Where a delivery came from; in the order in which they are handed out. Names of consumers, too.
constexpr std::array<std::string_view, 3> places{"control", "waiting", "queue"};
enum Place : std::size_t { control, waiting, front };
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t control_prefetch = 64;
constexpr milliseconds last_words{1000};

struct Handle {
  std::string connection;
  Place place = front;
  std::uint64_t tag = 0;
};

Place place_of(std::string_view name) {
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i] == name) return static_cast<Place>(i);
  return front;
}

std::string to_text(const Handle& handle) {
  return handle.connection + ":" + std::string(places[handle.place]) + ":" + std::to_string(handle.tag);
}

std::optional<Handle> handle_from(std::string_view text) {
  Handle handle;
  const auto first = text.find(':');
  const auto second = text.find(':', first + 1);
  if (first == text.npos || second == text.npos) return std::nullopt;
  handle.connection = text.substr(0, first);
  handle.place = place_of(text.substr(first + 1, second - first - 1));
  const std::string_view tag = text.substr(second + 1);
  const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), handle.tag);
  if (error != std::errc() || end != tag.data() + tag.size()) return std::nullopt;
  return handle;
}

class RabbitMqCommands final : public CommandSource {
 public:
  RabbitMqCommands(Address address, RabbitMqCommandsOptions options)
      : address_(std::move(address)),
        options_(std::move(options)),
        origin_(address_.shown(address_.nodes.front()) + "?queue=" + options_.queue) {}

  ~RabbitMqCommands() override {
    if (connection_) [[maybe_unused]]
      const auto told = tell_accepted(Context::within(last_words));
  }
  RabbitMqCommands(const RabbitMqCommands&) = delete;
  RabbitMqCommands& operator=(const RabbitMqCommands&) = delete;

  CommandSourceCapabilities capabilities() const override {
    return {.redelivers = true, .defers = true, .passes_on = true, .origin = origin_};
  }

  Result<void> connect(const Context& context) {
    auto made = Connection::open(address_, "matchrunner commands", context);
    if (!made) return made.error();
    forget();
    const auto own = prepare_queues(**made, options_, context);
    if (!own) return own.error();
    const auto consume = [&](Place place, const std::string& queue, std::uint16_t prefetch) -> Result<void> {
      if (auto set = set_prefetch(**made, prefetch, context); !set) return set;
      return begin(**made, place, queue, context);
    };
    if (auto begun = consume(control, *own, control_prefetch); !begun) return begun;
    if (auto begun = consume(front, options_.queue, options_.prefetch); !begun) return begun;
    if (auto set = set_prefetch(**made, 1, context); !set) return set;  // of the waiting queue, whenever that begins
    connection_ = *std::move(made);
    consumes_ = true;
    return {};
  }

  Result<std::optional<Command>> poll(const Context& context) override {
    if (context.stop.stop_requested()) return context.check().error();
    if (!connection_ || !consumes_) {
      if (!context.check()) return std::optional<Command>();
      if (auto connected = connect(context); !connected) return connected.error();
    }
    auto polled = poll_connected(context);
    if (!polled && polled.error().code != ErrorCode::cancelled) connection_.reset();
    return polled;
  }

  Result<void> accept(const Command& command, const Context& context) override {
    return settle(command, context, [&](const Handle& handle) -> Result<void> {
      accepted_.push_back(handle.tag);
      return {};
    });
  }

  Result<void> reject(const Command& command, const std::string&, const Context& context) override {
    return settle(command, context,
                  [&](const Handle& handle) { return connection_->reject(handle.tag, false, context); });
  }

  Result<void> defer(const Command& command, const Context& context) override {
    return settle(command, context, [&](const Handle& handle) -> Result<void> {
      if (handle.place == control) return Error{ErrorCode::unsupported, "a command for all cannot wait", "rabbitmq"};
      wants_waiting_ = false;
      if (auto ended = stop_waiting(context); !ended) return ended;
      if (handle.place == waiting) return connection_->reject(handle.tag, true, context);
      return move(handle, "", options_.waiting_queue, command, context);
    });
  }

  void resume() override { wants_waiting_ = true; }

  Result<void> pass_on(const Command& command, const Context& context) override {
    return settle(command, context, [&](const Handle& handle) -> Result<void> {
      return move(handle, options_.control_exchange, "", command, context);
    });
  }

  Result<void> give_back(const Command& command, const Context& context) override {
    if (!connection_ || consumes_) {
      if (connection_) [[maybe_unused]]
        const auto told = tell_accepted(context);
      connection_.reset();
      auto made = Connection::open(address_, "matchrunner commands", context);
      if (!made) return made.error();
      connection_ = *std::move(made);
      consumes_ = false;
      forget();
    }
    auto published = publish("", options_.queue, command, context);
    if (!published) connection_.reset();
    return published;
  }

 private:
  // What the connection before had delivered: what was not settled comes again.
  void forget() {
    for (auto& deliveries : pending_) deliveries.clear();
    unsettled_.clear();
    accepted_.clear();
    handed_out_ = 0;
    consumes_waiting_ = false;
    unanswered_ = {};
  }

  Result<void> begin(Connection& connection, Place place, const std::string& queue, const Context& context) {
    unanswered_[place] = true;
    answers_by_ = Clock::now() + address_.broker.connect_timeout;
    return begin_consumer(connection, queue, std::string(places[place]), context);
  }

  Context until_answers(const Context& context) const {
    if (unanswered_.none()) return context;
    const auto left = std::chrono::ceil<milliseconds>(answers_by_ - Clock::now());
    return Context::within(std::clamp(left, milliseconds(0), context.remaining()), context.stop);
  }

  Result<void> check_answers() const {
    if (unanswered_.none() || Clock::now() < answers_by_) return {};
    for (std::size_t i = 0; i < places.size(); ++i)
      if (unanswered_[i])
        return Error{ErrorCode::unavailable,
                     connection_->shown() + ": the broker begins no consumer of the " + std::string(places[i]) +
                         " queue: it may have no leader",
                     "rabbitmq"};
    return {};
  }

  // All below the first unsettled delivery are accepted, or were settled otherwise.
  Result<void> tell_accepted(const Context& context) {
    std::uint64_t together = 0;
    for (const std::uint64_t tag : accepted_)
      if (unsettled_.empty() || tag < *unsettled_.begin()) together = std::max(together, tag);
    for (const std::uint64_t tag : accepted_)
      if (tag > together)
        if (auto told = connection_->acknowledge(tag, /*all_before=*/false, context); !told) return told;
    if (together > 0)
      if (auto told = connection_->acknowledge(together, /*all_before=*/true, context); !told) return told;
    accepted_.clear();
    return {};
  }

  Result<std::optional<Command>> poll_connected(const Context& context) {
    if (auto told = tell_accepted(Context::within(last_words, context.stop)); !told) return told.error();
    if (wants_waiting_ && !consumes_waiting_) {
      if (auto begun = begin(*connection_, waiting, options_.waiting_queue, context); !begun) return begun.error();
      consumes_waiting_ = true;
    }
    Context at_once = Context::within(milliseconds(0), context.stop);
    while (true) {
      // All that has come already, so that control commands overtake the others.
      auto incoming = connection_->next(at_once);
      if (incoming && !*incoming) {
        if (auto command = take_pending()) return command;
        if (auto answered = check_answers(); !answered) return answered.error();
        if (context.stop.stop_requested()) return context.check().error();
        if (!context.check()) return std::optional<Command>();
        incoming = connection_->next(until_answers(context));
        if (incoming && !*incoming) continue;
      }
      if (!incoming) return incoming.error();
      if (auto kept = keep(**std::move(incoming), context); !kept) return kept.error();
    }
  }

  Result<void> keep(Incoming incoming, const Context& context) {
    if (const auto* const ended = std::get_if<Ended>(&incoming))
      return Error{ErrorCode::unavailable,
                   connection_->shown() + ": the broker ended the consumer of the " + ended->consumer + " queue",
                   "rabbitmq"};
    if (const auto* const begun = std::get_if<Begun>(&incoming)) unanswered_[place_of(begun->consumer)] = false;
    auto* const delivery = std::get_if<Delivery>(&incoming);
    if (delivery == nullptr) return {};
    const Place place = place_of(delivery->consumer);
    // It was on its way when its consumer ended.
    if (place == waiting && !consumes_waiting_) return connection_->reject(delivery->tag, true, context);
    unsettled_.insert(delivery->tag);
    pending_[place].push_back(std::move(*delivery));
    return {};
  }

  std::optional<Command> take_pending() {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (pending_[i].empty()) continue;
      Delivery delivery = std::move(pending_[i].front());
      pending_[i].pop_front();
      ++handed_out_;
      Command command;
      command.delivery = to_text({connection_->id(), static_cast<Place>(i), delivery.tag});
      command.body = std::move(delivery.body);
      command.reply_to = std::move(delivery.reply_to);
      command.correlation_id = std::move(delivery.correlation_id);
      command.message_id = std::move(delivery.message_id);
      command.for_all = i == control;
      return command;
    }
    return std::nullopt;
  }

  // What came from the waiting queue and was not handed out goes back to its place there.
  Result<void> stop_waiting(const Context& context) {
    if (!consumes_waiting_) return {};
    // A broker does not bear that a consumer is ended of which it has not said that it began.
    while (unanswered_[waiting]) {
      if (auto answered = check_answers(); !answered) return answered;
      if (auto going = context.check(); !going) return going;
      auto incoming = connection_->next(until_answers(context));
      if (!incoming) return incoming.error();
      if (!*incoming) continue;
      if (auto kept = keep(**std::move(incoming), context); !kept) return kept;
    }
    consumes_waiting_ = false;
    if (auto ended = end_consumer(*connection_, std::string(places[waiting]), context); !ended) return ended;
    for (const Delivery& delivery : std::exchange(pending_[waiting], {})) {
      if (auto back = connection_->reject(delivery.tag, true, context); !back) return back;
      unsettled_.erase(delivery.tag);
    }
    return {};
  }

  Result<void> move(const Handle& handle, const std::string& exchange, const std::string& key, const Command& command,
                    const Context& context) {
    if (auto published = publish(exchange, key, command, context); !published) return published;
    return connection_->acknowledge(handle.tag, /*all_before=*/false, context);
  }

  // Returns once the broker has confirmed it.
  Result<void> publish(const std::string& exchange, const std::string& key, const Command& command,
                       const Context& context) {
    const bool must_be_kept = exchange.empty();
    const auto number = connection_->publish(
        {exchange, key, command.body, command.reply_to, command.correlation_id, command.message_id, must_be_kept},
        context);
    if (!number) return number.error();
    std::optional<Error> returned;
    while (true) {
      auto incoming = connection_->next(context);
      if (!incoming) return incoming.error();
      if (!*incoming)
        return Error{ErrorCode::unavailable, connection_->shown() + ": the broker confirms nothing", "rabbitmq"};
      if (const auto* const back = std::get_if<Returned>(&**incoming))
        returned = Error{ErrorCode::unavailable, connection_->shown() + ": " + key + ": " + back->text, "rabbitmq"};
      const auto* const confirm = std::get_if<Confirm>(&**incoming);
      if (confirm == nullptr) {
        if (auto kept = keep(**std::move(incoming), context); !kept) return kept;
      } else if (confirm->number >= *number) {
        if (!confirm->taken)
          return Error{ErrorCode::unavailable, connection_->shown() + ": the broker took no message for " + key,
                       "rabbitmq"};
        if (returned) return *returned;
        return {};
      }
    }
  }

  template <class Settle>
  Result<void> settle(const Command& command, const Context& context, Settle how) {
    const auto handle = handle_from(command.delivery);
    if (!handle) return invalid("delivery: expected one of this source, found '" + command.delivery + "'");
    if (!connection_ || connection_->id() != handle->connection)
      return Error{ErrorCode::unavailable, "the connection that it came over is lost: it will come again", "rabbitmq"};
    if (!unsettled_.contains(handle->tag)) return invalid("delivery: '" + command.delivery + "' is settled already");
    auto settled = how(*handle);
    if (settled) {
      unsettled_.erase(handle->tag);
      if (--handed_out_ == 0) settled = tell_accepted(context);
    }
    if (!settled && settled.error().code != ErrorCode::unsupported) connection_.reset();
    return settled;
  }

  const Address address_;
  const RabbitMqCommandsOptions options_;
  const std::string origin_;
  std::unique_ptr<Connection> connection_;
  bool consumes_ = false;  // over that connection
  std::array<std::deque<Delivery>, places.size()> pending_;
  std::set<std::uint64_t> unsettled_;    // tags of all that came over this connection
  std::vector<std::uint64_t> accepted_;  // of which the broker does not know yet
  std::size_t handed_out_ = 0;           // and not settled
  bool wants_waiting_ = true;
  bool consumes_waiting_ = false;
  std::bitset<places.size()> unanswered_;  // consumers asked for, of which the broker has not said that they began
  Clock::time_point answers_by_;
};

}  // namespace
}  // namespace rabbitmq

Result<std::shared_ptr<CommandSource>> make_rabbitmq_commands(const RabbitMqCommandsOptions& options) {
  auto address = rabbitmq::Address::of(options.broker);
  if (!address) return std::move(address).error();
  auto complete = rabbitmq::completed(options);
  if (!complete) return std::move(complete).error();
  const milliseconds patience = options.broker.connect_timeout * static_cast<int>(address->nodes.size() + 1);
  auto source = std::make_shared<rabbitmq::RabbitMqCommands>(*std::move(address), *std::move(complete));
  if (auto connected = source->connect(Context::within(patience)); !connected) return std::move(connected).error();
  return std::shared_ptr<CommandSource>(std::move(source));
}

}  // namespace matchrunner
