// SPDX-License-Identifier: Apache-2.0
#include "runtime/given_up.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace matchrunner {
namespace {

// Codes that say something of store or executor and nothing of a wait, its deadline or its arguments.
constexpr ErrorCode of_the_store[] = {ErrorCode::unavailable,        ErrorCode::permission_denied,
                                      ErrorCode::resource_exhausted, ErrorCode::corrupt_data,
                                      ErrorCode::callback,           ErrorCode::internal};

}  // namespace

void GivenUp::add(const std::string& match, const Error& why, const std::string& because) {
  const bool kept = std::find(std::begin(of_the_store), std::end(of_the_store), why.code) != std::end(of_the_store);
  Error told{kept ? why.code : ErrorCode::unavailable, "match " + match + " was given up, " + because, "runner"};
  told.cause = std::make_shared<const Error>(why);
  if (kept) told.exception = why.exception;
  const Lock lock(mutex_);
  matches_.insert_or_assign(match, std::move(told));
}

void GivenUp::clear(const std::string& match) {
  const Lock lock(mutex_);
  matches_.erase(match);
}

std::optional<Error> GivenUp::find(const std::string& match) const {
  const Lock lock(mutex_);
  const auto found = matches_.find(match);
  return found == matches_.end() ? std::nullopt : std::optional<Error>(found->second);
}

}  // namespace matchrunner
