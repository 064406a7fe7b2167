// SPDX-License-Identifier: Apache-2.0
// What a URL of RabbitMQ means: amqp://, amqps://. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner {

#define MATCHRUNNER_AMQP_FORM "amqp[s]://[USER:PASSWORD@]HOST[:PORT][/VHOST]?"
#define MATCHRUNNER_AMQP_OPTIONS "&hosts=HOST[:PORT],...&ca=FILE&certificate=FILE&key=FILE&heartbeat=SECONDS"
inline constexpr std::string_view amqp_commands_form = MATCHRUNNER_AMQP_FORM
    "queue=NAME[&exchange=NAME&binding=KEY&type=quorum|classic&declare=1|0&control=EXCHANGE&waiting=QUEUE"
    "&dead_letters=QUEUE&prefetch=N" MATCHRUNNER_AMQP_OPTIONS "]";
inline constexpr std::string_view amqp_events_form = MATCHRUNNER_AMQP_FORM
    "[exchange=NAME&declare=1|0&mandatory=1|0&window=N&replies_expire=SECONDS" MATCHRUNNER_AMQP_OPTIONS "]";
inline constexpr std::string_view amqp_artifacts_form =
    MATCHRUNNER_AMQP_FORM "queue=NAME[&exchange=NAME&declare=1|0&mandatory=1|0&window=N" MATCHRUNNER_AMQP_OPTIONS "]";

#undef MATCHRUNNER_AMQP_FORM
#undef MATCHRUNNER_AMQP_OPTIONS

// `invalid_argument` names the option.
Result<RabbitMqCommandsOptions> amqp_commands_options(const std::string& url);
Result<RabbitMqEventsOptions> amqp_events_options(const std::string& url);
Result<RabbitMqArtifactsOptions> amqp_artifacts_options(const std::string& url);

}  // namespace matchrunner
