// SPDX-License-Identifier: Apache-2.0
// The victim: referee of each match of the kit. It lays out secrets in its own seat, waits for what the attempt finds,
// and writes that down as the result of the match.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace matchrunner::escapes {

inline constexpr std::uint16_t victim_port = 47123;
inline constexpr key_t victim_key = 0x76696374;

// The exit code of the referee.
int be_victim(const std::string& token);

}  // namespace matchrunner::escapes
