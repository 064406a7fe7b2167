// SPDX-License-Identifier: Apache-2.0
// The status page: one HTML document that needs no script, for whoever runs an event. Pure function.
#pragma once

#include <string>

#include "matchrunner/domain/service_status.hpp"

namespace matchrunner {

std::string status_page(const ServiceStatus& status);

}  // namespace matchrunner
