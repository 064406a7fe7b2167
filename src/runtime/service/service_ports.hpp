// SPDX-License-Identifier: Apache-2.0
// From a configuration to the ports that a runner is made of.
#pragma once

#include "matchrunner/runner.hpp"
#include "matchrunner/service_config.hpp"

namespace matchrunner {

// Opens each port by its URL, its references put in. Errors begin with the field's name.
Result<RunnerOptions> open_ports(const ServiceConfig& config);

}  // namespace matchrunner
