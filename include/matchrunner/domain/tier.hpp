// SPDX-License-Identifier: Apache-2.0
// Tier: how strongly the seats of a match are held; docs/security.md says what each promises. Plain values.
#pragma once

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

// From weak to strong, so that they can be compared.
enum class Tier : unsigned char {
  none,        // limits only: code that is trusted
  restricted,  // the host's own files and processes, of which Landlock and seccomp leave few
  user,        // namespaces, a file system of its own, seccomp
  full,        // ... users of its own, and exact limits
};
inline constexpr std::array<Name<Tier>, 4> tiers{
    {{Tier::none, "none"}, {Tier::restricted, "restricted"}, {Tier::user, "user"}, {Tier::full, "full"}}};

constexpr std::string_view to_string(Tier value) { return name_of(tiers, value); }

}  // namespace matchrunner
