// SPDX-License-Identifier: Apache-2.0
// What the journal has of the last run of a match. Safe wherever the store is.
#pragma once

#include <string>

#include "codec/told_of_run.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

Result<ToldOfRun> read_told(StateStore& store, const std::string& match, const Context& context);

}  // namespace matchrunner
