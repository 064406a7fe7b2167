// SPDX-License-Identifier: Apache-2.0
// rabbitmq-c blocks where it sends, without end. So the send buffer of the socket is larger than a frame, and nothing
// is sent before the socket has room for one: then no call waits but in wait_for, which knows deadline and stop. Calls
// that wait for an answer have the deadline from rabbitmq-c, and a stop shuts the socket down under them.
#include "adapters/rabbitmq/connection.hpp"

#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include "adapters/rabbitmq/failure.hpp"
#include "base/digest.hpp"
#include "base/wakeup.hpp"

namespace matchrunner::rabbitmq {
namespace {

constexpr amqp_channel_t only_channel = 1;
constexpr int longest_frame = 128 << 10;       // the broker's: it does not split the headers that others sent it
constexpr int frame_bytes = 32 << 10;          // of those sent
constexpr int send_buffer_bytes = 1 << 20;     // the system may give less, but no less than six frames
constexpr std::size_t whole_bytes = 16 << 10;  // a body that fits with method and header

timeval time_of(milliseconds time) {
  const auto whole = std::max(time, milliseconds(1)).count();
  return {static_cast<time_t>(whole / 1000), static_cast<suseconds_t>(whole % 1000 * 1000)};
}

// Ends what rabbitmq-c waits for when the context is stopped.
class StopGuard {
 public:
  StopGuard(amqp_connection_state_t state, const Context& context)
      : callback_(context.stop, [fd = ::amqp_get_sockfd(state)] { ::shutdown(fd, SHUT_RDWR); }) {}

 private:
  std::stop_callback<std::function<void()>> callback_;
};

amqp_table_entry_t yes(const char* name) {
  amqp_table_entry_t entry;
  entry.key = ::amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

amqp_table_entry_t entry_of(const Header& header) {
  amqp_table_entry_t entry;
  entry.key = bytes_of(header.name);
  if (const auto* const text = std::get_if<std::string>(&header.value)) {
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = bytes_of(*text);
  } else if (const auto* const number = std::get_if<std::int64_t>(&header.value)) {
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = *number;
  } else {
    entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    entry.value.value.boolean = std::get<bool>(header.value) ? 1 : 0;
  }
  return entry;
}

// `headers` is what they point to.
amqp_basic_properties_t properties_of(const Message& message, std::vector<amqp_table_entry_t>& headers) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.content_type = ::amqp_cstring_bytes(message.content_type);
  properties.delivery_mode = message.persistent ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT;
  for (const Header& header : message.headers) headers.push_back(entry_of(header));
  if (!headers.empty()) {
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {static_cast<int>(headers.size()), headers.data()};
  }
  const auto put = [&](const std::string& text, amqp_flags_t flag, amqp_bytes_t& bytes) {
    if (text.empty()) return;
    properties._flags |= flag;
    bytes = bytes_of(text);
  };
  put(message.reply_to, AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to);
  put(message.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id);
  put(message.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
  put(message.expiration, AMQP_BASIC_EXPIRATION_FLAG, properties.expiration);
  return properties;
}

bool may_pass(ErrorCode code) { return code == ErrorCode::unavailable || code == ErrorCode::timeout; }

}  // namespace

// Says goodbye, so that what was acknowledged arrives; a broker that does not answer is left soon.
void Connection::Free::operator()(amqp_connection_state_t state) const {
  constexpr timeval patience{1, 0};
  pollfd socket{::amqp_get_sockfd(state), POLLOUT, 0};
  if (socket.fd >= 0 && ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLERR | POLLHUP)) == 0) {
    ::amqp_set_rpc_timeout(state, &patience);
    ::amqp_connection_close(state, AMQP_REPLY_SUCCESS);
  }
  ::amqp_destroy_connection(state);
}

Connection::Connection(std::string shown)
    : id_(random_hex(4)), shown_(std::move(shown)), state_(::amqp_new_connection()) {
  if (!state_) throw std::bad_alloc();
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address, const std::string& purpose,
                                                     const Context& context) {
  Result<std::unique_ptr<Connection>> result = invalid("hosts: expected at least one, found none");
  for (const Node& node : address.nodes) {
    if (auto going = context.check(); !going) return going.error();
    std::unique_ptr<Connection> connection(new Connection(address.shown(node)));
    const auto connected = connection->connect(address, node, purpose, context);
    if (connected) return connection;
    result = connected.error();
    if (!may_pass(connected.error().code)) break;
  }
  if (context.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
  return result;
}

Result<void> Connection::connect(const Address& address, const Node& node, const std::string& purpose,
                                 const Context& context) {
  amqp_socket_t* const socket =
      address.broker.tls ? ::amqp_ssl_socket_new(state_.get()) : ::amqp_tcp_socket_new(state_.get());
  if (socket == nullptr) throw std::bad_alloc();
  if (address.broker.tls) {
    ::amqp_ssl_socket_set_verify_peer(socket, 1);
    ::amqp_ssl_socket_set_verify_hostname(socket, 1);
    ::amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    if (::amqp_ssl_socket_set_cacert(socket, address.broker.ca_file.c_str()) != AMQP_STATUS_OK)
      return invalid("ca: expected PEM certificates, found none in '" + address.broker.ca_file + "'");
    if (!address.broker.certificate_file.empty() &&
        ::amqp_ssl_socket_set_key(socket, address.broker.certificate_file.c_str(), address.broker.key_file.c_str()) !=
            AMQP_STATUS_OK)
      return invalid("certificate and key: expected PEM that belongs together, found something else");
  }
  const timeval patience = time_of(std::min(context.remaining(), address.broker.connect_timeout));
  const int opened = ::amqp_socket_open_noblock(socket, node.host.c_str(), node.port, &patience);
  if (opened != AMQP_STATUS_OK) return failed(opened, shown_ + ": cannot connect");
  // Before the login, when nothing is in it.
  [[maybe_unused]] const int set = ::setsockopt(::amqp_get_sockfd(state_.get()), SOL_SOCKET, SO_SNDBUF,
                                                &send_buffer_bytes, sizeof send_buffer_bytes);
  return log_in(address, purpose, context);
}

Result<void> Connection::log_in(const Address& address, const std::string& purpose, const Context& context) {
  const StopGuard guard(state_.get(), context);
  const timeval patience = time_of(std::min(context.remaining(), address.broker.connect_timeout));
  if (const int set = ::amqp_set_handshake_timeout(state_.get(), &patience); set != AMQP_STATUS_OK)
    return failed(set, shown_);
  std::array<amqp_table_entry_t, 3> able{yes("connection.blocked"), yes("consumer_cancel_notify"), yes("basic.nack")};
  std::array<amqp_table_entry_t, 2> entries{};
  entries[0].key = ::amqp_cstring_bytes("connection_name");
  entries[0].value.kind = AMQP_FIELD_KIND_UTF8;
  entries[0].value.value.bytes = bytes_of(purpose);
  entries[1].key = ::amqp_cstring_bytes("capabilities");
  entries[1].value.kind = AMQP_FIELD_KIND_TABLE;
  entries[1].value.value.table = {able.size(), able.data()};
  const amqp_table_t properties{entries.size(), entries.data()};
  const amqp_rpc_reply_t reply = ::amqp_login_with_properties(
      state_.get(), address.broker.virtual_host.c_str(), 0, longest_frame,
      static_cast<int>(address.broker.heartbeat_seconds), &properties, AMQP_SASL_METHOD_PLAIN,
      address.broker.user.c_str(), address.broker.password.c_str());
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) return failed(reply, shown_);
  beat_ = milliseconds(1000) * std::max(1, ::amqp_get_heartbeat(state_.get())) / 2;
  if (auto opened = ask(
          "channel", [](auto state, auto number) { ::amqp_channel_open(state, number); }, context);
      !opened)
    return opened;
  return ask(
      "confirms", [](auto state, auto number) { ::amqp_confirm_select(state, number); }, context);
}

Result<void> Connection::ask(const std::string& what, const Call& call, const Context& context) {
  if (auto able = ready(context); !able) return able;
  const StopGuard guard(state_.get(), context);
  const timeval patience = time_of(context.remaining());
  ::amqp_set_rpc_timeout(state_.get(), &patience);
  call(state_.get(), only_channel);
  const amqp_rpc_reply_t reply = ::amqp_get_rpc_reply(state_.get());
  if (context.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) return failed(reply, shown_ + ": " + what);
  return {};
}

// Blocks until the socket has room for a frame.
Result<void> Connection::ready(const Context& context) {
  std::array<pollfd, 1> fds{{{::amqp_get_sockfd(state_.get()), POLLOUT, 0}}};
  if (::poll(fds.data(), fds.size(), 0) > 0) return {};
  const auto writable = wait_for(fds, context);
  if (!writable) return writable.error();
  if (*writable) return {};
  const std::string why = blocked().empty() ? "the broker reads nothing" : "the broker takes no messages: " + blocked();
  return Error{ErrorCode::timeout, shown_ + ": " + why, "rabbitmq"};
}

Result<std::optional<Incoming>> Connection::next(const Context& context) {
  while (true) {
    constexpr timeval at_once{0, 0};
    amqp_frame_t frame;
    ::amqp_maybe_release_buffers(state_.get());
    const int status = ::amqp_simple_wait_frame_noblock(state_.get(), &frame, &at_once);
    if (status == AMQP_STATUS_OK) {
      auto taken = reader_.take(frame, shown_);
      if (!taken || *taken) return taken;
      continue;
    }
    if (status != AMQP_STATUS_TIMEOUT) {
      ::shutdown(::amqp_get_sockfd(state_.get()), SHUT_RDWR);  // rabbitmq-c cannot read on, nor close in order
      return failed(status, shown_);
    }
    if (context.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
    if (context.remaining() == milliseconds(0)) return std::optional<Incoming>();
    std::array<pollfd, 1> fds{{{::amqp_get_sockfd(state_.get()), POLLIN, 0}}};
    if (auto woken = wait_for(fds, Context::within(std::min(beat_, context.remaining()), context.stop)); !woken)
      return woken.error();
  }
}

Result<std::uint64_t> Connection::publish(const Message& message, const Context& context) {
  if (auto able = ready(context); !able) return able.error();
  std::vector<amqp_table_entry_t> headers;
  amqp_basic_properties_t properties = properties_of(message, headers);
  const amqp_bytes_t exchange = bytes_of(message.exchange);
  const amqp_bytes_t key = bytes_of(std::string_view(message.routing_key).substr(0, 255));
  const amqp_boolean_t mandatory = message.mandatory ? 1 : 0;
  if (message.body.size() <= whole_bytes) {
    const int sent = ::amqp_basic_publish(state_.get(), only_channel, exchange, key, mandatory, 0, &properties,
                                          bytes_of(message.body));
    if (sent != AMQP_STATUS_OK) return failed(sent, shown_);
    return ++published_;
  }
  amqp_basic_publish_t method{0, exchange, key, mandatory, 0};
  if (const int sent = ::amqp_send_method(state_.get(), only_channel, AMQP_BASIC_PUBLISH_METHOD, &method);
      sent != AMQP_STATUS_OK)
    return failed(sent, shown_);
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEADER;
  frame.channel = only_channel;
  frame.payload.properties.class_id = AMQP_BASIC_CLASS;
  frame.payload.properties.body_size = message.body.size();
  frame.payload.properties.decoded = &properties;
  if (const int sent = ::amqp_send_frame(state_.get(), &frame); sent != AMQP_STATUS_OK) return failed(sent, shown_);
  const int frame_most = std::min(frame_bytes, ::amqp_get_frame_max(state_.get()));
  const auto most = static_cast<std::size_t>(frame_most - 8);  // type, channel, size and end are of the frame, too
  for (std::size_t at = 0; at < message.body.size(); at += most) {
    if (auto able = ready(context); !able) return able.error();
    frame.frame_type = AMQP_FRAME_BODY;
    frame.payload.body_fragment = bytes_of(std::string_view(message.body).substr(at, most));
    if (const int sent = ::amqp_send_frame(state_.get(), &frame); sent != AMQP_STATUS_OK) return failed(sent, shown_);
  }
  return ++published_;
}

Result<void> Connection::tell(amqp_method_number_t id, void* method, const Context& context) {
  if (auto able = ready(context); !able) return able;
  const int sent = ::amqp_send_method(state_.get(), only_channel, id, method);
  if (sent != AMQP_STATUS_OK) return failed(sent, shown_);
  return {};
}

Result<void> Connection::acknowledge(std::uint64_t delivery, bool all_before, const Context& context) {
  amqp_basic_ack_t method{delivery, all_before ? 1 : 0};
  return tell(AMQP_BASIC_ACK_METHOD, &method, context);
}

Result<void> Connection::reject(std::uint64_t delivery, bool again, const Context& context) {
  amqp_basic_reject_t method{delivery, again ? 1 : 0};
  return tell(AMQP_BASIC_REJECT_METHOD, &method, context);
}

}  // namespace matchrunner::rabbitmq
