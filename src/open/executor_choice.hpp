// SPDX-License-Identifier: Apache-2.0
// An executor that hands each match on to one of several: the first that can make its wiring and start its seats.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "matchrunner/runner.hpp"

namespace matchrunner {

struct ExecutorChoice {
  std::string url;  // as it may be shown
  ExecutorFactory make;
};

// Each is made when a match first asks for it: one that is away holds up no match of the others.
ExecutorFactory choose_executor(std::vector<ExecutorChoice> choices);

// Of one URL, or of several with spaces between them. Errors are those of `open_one`.
using OpenExecutor = std::function<Result<ExecutorFactory>(const std::string& url)>;
Result<ExecutorFactory> open_each(const std::string& urls, const OpenExecutor& open_one);

}  // namespace matchrunner
