// SPDX-License-Identifier: Apache-2.0
// What the tier that this test program runs in promises; the tests of the rest leave themselves out by this table.
#pragma once

#include "sandbox/sandbox_match.hpp"

namespace matchrunner {

enum class Promise : unsigned char {
  own_root,       // /seat, /output, /result and /tmp, and nothing else of the host
  own_processes,  // a pid namespace: no other process can be seen or found
  own_network,    // an empty network namespace
  own_ipc,        // shared memory and message queues of its own
  own_sockets,    // unix sockets, among the seat's own processes
  attributes,     // modes and owners of its own files can be changed
};

struct PromiseRow {
  Promise promise;
  Tier weakest;
  bool only_as_root_below;  // a weaker tier has it too, where seats have users of their own
};
inline constexpr PromiseRow promise_rows[] = {
    {Promise::own_root, Tier::user, false},    {Promise::own_processes, Tier::user, false},
    {Promise::own_network, Tier::user, false}, {Promise::own_ipc, Tier::user, false},
    {Promise::own_sockets, Tier::user, false}, {Promise::attributes, Tier::user, true},
};

// Of the executor of this test program.
inline Tier held() { return *value_of(tiers, sandbox_executor().capabilities().isolation.tier); }

inline bool in_force(const std::string& part) {
  for (const std::string& name : sandbox_executor().capabilities().isolation.in_force)
    if (name == part) return true;
  return false;
}

inline bool promised(Promise promise) {
  for (const PromiseRow& row : promise_rows)
    if (row.promise == promise) return held() >= row.weakest || (row.only_as_root_below && in_force("user"));
  return false;
}

}  // namespace matchrunner
