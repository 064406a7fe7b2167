// SPDX-License-Identifier: Apache-2.0
// What an event says to whoever asked for the match or sent the command, as a message to their queue. Pure functions.
#pragma once

#include <optional>

#include "adapters/rabbitmq/message.hpp"
#include "matchrunner/domain/event.hpp"

namespace matchrunner::rabbitmq {

// Nothing: nobody waits for it, or its body is no JSON object.
std::optional<Message> reply_of(const Event& event);

}  // namespace matchrunner::rabbitmq
