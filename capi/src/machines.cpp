// SPDX-License-Identifier: Apache-2.0
// The state tables in words. Their words are literals, so a NUL stands behind each.
#include "read_handle.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

const char* word_at(std::span<const std::string_view> words, std::size_t index) {
  return index < words.size() ? words[index].data() : "";
}

const char* row_word(const mr_machine* machine, std::size_t index, std::string_view TransitionWords::*word) {
  if (machine == nullptr || index >= mr_machine::of(machine).transitions.size()) return "";
  return (mr_machine::of(machine).transitions[index].*word).data();
}

}  // namespace

size_t mr_machine_count(void) { return machines().size(); }

const mr_machine* mr_machine_at(size_t index) { return lend_row<mr_machine>(machines(), index); }

const char* mr_machine_name(const mr_machine* machine) {
  return machine == nullptr ? "" : mr_machine::of(machine).name.data();
}

const char* mr_machine_start(const mr_machine* machine) {
  return machine == nullptr ? "" : mr_machine::of(machine).start.data();
}

size_t mr_machine_state_count(const mr_machine* machine) {
  return number_of(machine, [](const MachineWords& words) { return words.states.size(); });
}

const char* mr_machine_state(const mr_machine* machine, size_t index) {
  return machine == nullptr ? "" : word_at(mr_machine::of(machine).states, index);
}

size_t mr_machine_event_count(const mr_machine* machine) {
  return number_of(machine, [](const MachineWords& words) { return words.events.size(); });
}

const char* mr_machine_event(const mr_machine* machine, size_t index) {
  return machine == nullptr ? "" : word_at(mr_machine::of(machine).events, index);
}

size_t mr_machine_row_count(const mr_machine* machine) {
  return number_of(machine, [](const MachineWords& words) { return words.transitions.size(); });
}

const char* mr_machine_row_from(const mr_machine* machine, size_t index) {
  return row_word(machine, index, &TransitionWords::from);
}

const char* mr_machine_row_event(const mr_machine* machine, size_t index) {
  return row_word(machine, index, &TransitionWords::event);
}

const char* mr_machine_row_to(const mr_machine* machine, size_t index) {
  return row_word(machine, index, &TransitionWords::to);
}
