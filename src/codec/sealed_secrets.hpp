// SPDX-License-Identifier: Apache-2.0
// What of a match's request nobody may read in the store: taken out and sealed when it is submitted, put back when it
// is used. Pure functions but for the nonce.
#pragma once

#include <functional>
#include <string>

#include "base/secret_keys.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

// The values of its seats' secrets go from `match.request`, where empty ones stay, into `match.sealed`, and so do the
// URLs of its targets where `bare`, which leaves out credentials, makes others of them. Without keys all stays as it
// is.
void seal_secrets(Match& match, const SecretKeys& keys, const std::function<std::string(const std::string&)>& bare);

// The request as it was submitted. Errors are those of SecretKeys::open.
Result<MatchRequest> request_with_secrets(const Match& match, const SecretKeys& keys);

}  // namespace matchrunner
