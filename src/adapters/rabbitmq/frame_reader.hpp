// SPDX-License-Identifier: Apache-2.0
// FrameReader: puts the frames of one channel together to what they bring. No thread rule of its own: a value.
#pragma once

#include <amqp.h>

#include <optional>
#include <string>

#include "adapters/rabbitmq/message.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::rabbitmq {

class FrameReader {
 public:
  // What is whole with this frame; nothing: more frames belong to it, or it meant nothing to anybody.
  // An error: the broker closes the channel or the connection, `shown`.
  Result<std::optional<Incoming>> take(const amqp_frame_t& frame, const std::string& shown);

  const std::string& blocked() const { return blocked_; }

 private:
  Result<std::optional<Incoming>> take_method(const amqp_method_t& method, const std::string& shown);
  std::optional<Incoming> take_whole();
  void take_properties(const amqp_frame_t& frame);

  std::optional<Incoming> begun_;  // a Delivery or a Returned
  bool has_header_ = false;
  std::uint64_t left_ = 0;  // bytes of its body that are still to come
  std::string blocked_;
};

}  // namespace matchrunner::rabbitmq
