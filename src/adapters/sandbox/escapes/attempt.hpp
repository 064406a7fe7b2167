// SPDX-License-Identifier: Apache-2.0
// Attempt: one small hostile act, run as a seat of a match whose referee is the victim (victim.hpp); Finding: what came
// of it, as the attempt itself saw it. The tables of attempts stand in one file for each theme.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace matchrunner::escapes {

// The other seat, as it sees itself: in some tiers its paths and its process id mean something to others.
struct Victim {
  std::string folder;  // each of these has a file "victim"
  std::string temporary;
  std::string output;
  pid_t process = 0;
};

// What the host lays out for attempts to find: all of it would be open to any program that is not held.
struct Bait {
  std::string file;        // holds `token`; everybody may read and write it
  pid_t process = 0;       // of the host
  std::uint16_t port = 0;  // TCP on 127.0.0.1, and the abstract socket "bait-<token>"
  std::string token;       // in the file /dev/shm/bait-<token> as well
  Victim victim;
};

struct Finding {
  enum class Kind : unsigned char { held, broke, not_applicable, undecided };  // undecided: by Attempt::verdicts
  Kind kind = Kind::held;
  std::string detail;  // one line
};

struct Attempt {
  const char* name;
  const char* tries;   // one line
  const char* source;  // where it is known from; "": common knowledge
  Finding (*run)(const Bait& bait);
  // How the seat may end when the limit holds that this attempt goes for: verdicts, and "truncated" for a log that was
  // cut. They count where the attempt came to no finding, because it was ended or cannot see what became of it.
  const char* verdicts = "";
};

std::span<const Attempt> files();
std::span<const Attempt> mounts();
std::span<const Attempt> privileges();
std::span<const Attempt> processes();
std::span<const Attempt> sockets();
std::span<const Attempt> kernel();
std::span<const Attempt> limits();

Finding held(std::string detail);
Finding broke(std::string detail);
Finding not_applicable(std::string detail);
Finding undecided(std::string detail);

// Held when the call failed, whatever the reason. `result` below 0: failed.
Finding must_fail(const char* call, long result);

// Held when the kernel refused the call as such (EPERM, EACCES, ENOSYS and the like); any other failure means that it
// looked at the arguments, which are wrong on purpose so that nothing happens to the host.
Finding must_be_refused(const char* call, long result);

std::string text_of(const std::string& path, std::size_t most = 4096);

// The number that the text begins with; 0 without one.
int number_of(std::string_view text);

// A variable of this seat; empty where it has none of that name.
std::string variable(const char* name);

}  // namespace matchrunner::escapes
