// SPDX-License-Identifier: Apache-2.0
// Reading a service's configuration: the form of its file, and of the variables that go before it. Pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "matchrunner/service_config.hpp"

namespace matchrunner::codec {

// Reads the file into `config`; what is wrong with it.
std::vector<InputFault> read_service_file(std::string_view json, ServiceConfig& config);

// Lays the variables over `config`; what is wrong with them, the path of each fault beginning with the variable's name.
// A variable that is empty counts for nothing. Texts and words stand there as they are, anything else as JSON.
std::vector<InputFault> read_service_variables(const Variables& variables, ServiceConfig& config);

}  // namespace matchrunner::codec
