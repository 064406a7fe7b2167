// SPDX-License-Identifier: Apache-2.0
// What the broker's refusals and the library's codes mean, as an Error of one line. Pure functions.
#pragma once

#include <amqp.h>

#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"

namespace matchrunner::rabbitmq {

// Of a close that the broker sent, or a message it returned: "404 NOT_FOUND - no queue ...".
Error refused(int code, std::string_view text, const std::string& what);

// Of a code of rabbitmq-c, which is not AMQP_STATUS_OK.
Error failed(int status, const std::string& what);

// Of the answer to a call, which is not normal.
Error failed(const amqp_rpc_reply_t& reply, const std::string& what);

inline std::string_view text_of(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}
inline amqp_bytes_t bytes_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast): only read
}

}  // namespace matchrunner::rabbitmq
