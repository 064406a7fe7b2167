// SPDX-License-Identifier: Apache-2.0
// The limit that sandboxed matches are compared with: a sandbox of the same isolation, by hand, with nothing around it:
// no protocol, no events, no verdicts. As root, on cgroup version 1 or without.
#pragma once

#include <string>

namespace bench {

class BareSandbox {
 public:
  enum class Kind : bool {
    cold,  // everything is made new for each run
    warm,  // the empty network namespace and the cgroups are kept
  };

  // `folder` has seat/, output/, result/ and a program in seat/.
  BareSandbox(std::string folder, Kind kind);
  ~BareSandbox();

  // Runs /seat/<program> once and waits. false: it did not work.
  bool run(const std::string& program);

 private:
  void make_groups();
  void remove_groups();

  struct Parts;
  Parts* parts_;
};

}  // namespace bench
