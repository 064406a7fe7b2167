// SPDX-License-Identifier: Apache-2.0
// What of a match's request nobody may read in the store: taken out and sealed when it is submitted, put back when it is
// used. Pure functions but for the nonce.
#pragma once

#include "base/secret_keys.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

// The values of its seats' secrets go from `match.request`, where empty ones stay, into `match.sealed`. Without keys
// they stay.
void seal_secrets(Match& match, const SecretKeys& keys);

// The request as it was submitted. Errors are those of SecretKeys::open.
Result<MatchRequest> request_with_secrets(const Match& match, const SecretKeys& keys);

}  // namespace matchrunner
