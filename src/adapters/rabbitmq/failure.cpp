// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/failure.hpp"

#include <amqp_framing.h>

#include "base/percent.hpp"

namespace matchrunner::rabbitmq {
namespace {

constexpr std::size_t longest_message = 400;

struct CodeRow {
  int code;
  ErrorCode error;
};

// Of AMQP. All others are the broker's trouble, which may pass.
constexpr CodeRow refusals[] = {
    {311, ErrorCode::resource_exhausted},                              // content too large
    {312, ErrorCode::not_found},                                       // no route
    {402, ErrorCode::not_found},                                       // invalid path: no such virtual host
    {403, ErrorCode::permission_denied},                               // access refused
    {404, ErrorCode::not_found},          {405, ErrorCode::conflict},  // locked by another connection
    {406, ErrorCode::conflict},                                        // precondition failed: it is of another kind
    {501, ErrorCode::internal},                                        // frame, syntax, command and channel errors
    {502, ErrorCode::internal},           {503, ErrorCode::internal},          {504, ErrorCode::internal},
    {505, ErrorCode::internal},           {530, ErrorCode::permission_denied},  // not allowed: the virtual host, mostly
    {540, ErrorCode::unsupported},        {541, ErrorCode::internal},
};

// Of rabbitmq-c. All others: no connection, which may pass.
constexpr CodeRow statuses[] = {
    {AMQP_STATUS_NO_MEMORY, ErrorCode::resource_exhausted},
    {AMQP_STATUS_INVALID_PARAMETER, ErrorCode::invalid_argument},
    {AMQP_STATUS_TABLE_TOO_BIG, ErrorCode::invalid_argument},
    {AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD, ErrorCode::unsupported},
    {AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION, ErrorCode::unsupported},
    {AMQP_STATUS_SSL_ERROR, ErrorCode::permission_denied},
    {AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, ErrorCode::permission_denied},
    {AMQP_STATUS_SSL_PEER_VERIFY_FAILED, ErrorCode::permission_denied},
};

template <std::size_t rows>
ErrorCode find(const CodeRow (&table)[rows], int code) {
  for (const CodeRow& row : table)
    if (row.code == code) return row.error;
  return ErrorCode::unavailable;
}

std::string line(const std::string& what, std::string_view text) {
  return without_controls(what + ": " + std::string(text.substr(0, longest_message)));
}

}  // namespace

Error refused(int code, std::string_view text, const std::string& what) {
  return {find(refusals, code), line(what, std::to_string(code) + " " + std::string(text)), "rabbitmq"};
}

Error failed(int status, const std::string& what) {
  return {find(statuses, status), line(what, ::amqp_error_string2(status)), "rabbitmq"};
}

Error failed(const amqp_rpc_reply_t& reply, const std::string& what) {
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) return failed(reply.library_error, what);
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) return failed(AMQP_STATUS_CONNECTION_CLOSED, what);
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* const close = static_cast<const amqp_channel_close_t*>(reply.reply.decoded);
    return refused(close->reply_code, text_of(close->reply_text), what);
  }
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* const close = static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
    return refused(close->reply_code, text_of(close->reply_text), what);
  }
  return failed(AMQP_STATUS_WRONG_METHOD, what);
}

}  // namespace matchrunner::rabbitmq
