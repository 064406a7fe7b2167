// SPDX-License-Identifier: Apache-2.0
// matchrunner-escapes: the hostile programs of `matchrunner escape-test`, in one file that a seat can be given.
//   list                                        one attempt a line: theme, name, what it tries, source, verdicts (TAB)
//   victim TOKEN                                the referee
//   attempt NAME FILE PROCESS PORT TOKEN        the player; says what it found in one line, "held why"
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "adapters/sandbox/escapes/victim.hpp"

namespace {

using namespace matchrunner::escapes;

struct Theme {
  const char* name;
  std::span<const Attempt> (*attempts)();
};
constexpr Theme themes[] = {{"files", files},         {"mounts", mounts},   {"privileges", privileges},
                            {"processes", processes}, {"sockets", sockets}, {"kernel", kernel},
                            {"limits", limits}};

constexpr const char* words[] = {"held", "broke", "not_applicable", "undecided"};

int list() {
  for (const Theme& theme : themes)
    for (const Attempt& attempt : theme.attempts())
      std::printf("%s\t%s\t%s\t%s\t%s\n", theme.name, attempt.name, attempt.tries, attempt.source, attempt.verdicts);
  return 0;
}

int make(const Attempt& attempt, Bait bait) {
  bait.victim = parse_victim(line_of(STDIN_FILENO));  // it has laid out its secrets
  const Finding finding = attempt.run(bait);
  std::printf("%s %s\n", words[static_cast<std::size_t>(finding.kind)], finding.detail.c_str());
  std::fflush(stdout);
  return 0;
}

int make(const char* name, const Bait& bait) {
  for (const Theme& theme : themes)
    for (const Attempt& attempt : theme.attempts())
      if (std::strcmp(attempt.name, name) == 0) return make(attempt, bait);
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string verb = count > 1 ? arguments[1] : "";
  if (verb == "list" && count == 2) return list();
  if (verb == "victim" && count == 3) return be_victim(arguments[2]);
  if (verb == "attempt" && count == 7) {
    const Bait bait{
        arguments[3], number_of(arguments[4]), static_cast<std::uint16_t>(number_of(arguments[5])), arguments[6], {}};
    return make(arguments[2], bait);
  }
  std::fputs("matchrunner-escapes is started by `matchrunner escape-test`, in a sandbox\n", stderr);
  return 2;
}
