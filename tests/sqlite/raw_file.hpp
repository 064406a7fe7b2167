// SPDX-License-Identifier: Apache-2.0
// Looking at a store's file, and changing it, behind the store's back.
#pragma once

#include <memory>
#include <string>

#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// The store at this path; the test fails when it cannot be opened.
std::shared_ptr<StateStore> open_store(const std::string& path);

// Runs SQL on the file with a connection of its own.
void run_sql(const std::string& path, const std::string& sql);

Record match_record(const std::string& id);

}  // namespace matchrunner
