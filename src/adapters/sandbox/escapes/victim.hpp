// SPDX-License-Identifier: Apache-2.0
// The victim: referee of each match of the kit. It lays out secrets in its own seat, tells the attempt where that is,
// waits for what the attempt finds, and writes that down as the result of the match.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "adapters/sandbox/escapes/attempt.hpp"

namespace matchrunner::escapes {

inline constexpr std::uint16_t victim_port = 47123;
inline constexpr key_t victim_key = 0x76696374;

// From the line that the victim begins with. One that is empty tells nothing.
Victim parse_victim(const std::string& line);

// Up to the end of the line, or of the stream: an attempt that a limit ends says nothing.
std::string line_of(int fd);

// The exit code of the referee.
int be_victim(const std::string& token);

}  // namespace matchrunner::escapes
