// SPDX-License-Identifier: Apache-2.0
// What a seat of a game says of itself.
#include "guard.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

const char* text_if_set(const mr_seat* seat, std::optional<std::string> Seat::*field) {
  if (seat == nullptr) return "";
  const auto& text = mr_seat::of(seat).*field;
  return text ? text->c_str() : "";
}

}  // namespace

const char* mr_seat_name(const mr_seat* seat) { return text_of(seat, &Seat::name); }

mr_role mr_seat_role(const mr_seat* seat) {
  return number_of(seat, [](const Seat& value) { return value.role ? to_number(*value.role) : mr_role{0}; });
}

const char* mr_seat_command(const mr_seat* seat) { return text_if_set(seat, &Seat::command); }

const char* mr_seat_custom(const mr_seat* seat) { return text_if_set(seat, &Seat::custom); }

size_t mr_seat_argument_count(const mr_seat* seat) {
  return number_of(seat, [](const Seat& value) { return value.arguments.size(); });
}

const char* mr_seat_argument(const mr_seat* seat, size_t index) {
  return seat == nullptr ? "" : text_in(mr_seat::of(seat).arguments, index, std::identity());
}

mr_code mr_seat_limits(mr_limits* limits, const mr_seat* seat, mr_error** error) {
  return perform(error, {{limits, "limits"}, {seat, "seat"}}, [&] {
    const Limits& given = mr_seat::of(seat).limits;
    mr_limits content = MR_LIMITS_INIT;
    content.processes = given.processes.value_or(0);
    content.open_files = given.open_files.value_or(0);
    content.cpu_seconds = given.cpu_seconds.value_or(0);
    content.wall_seconds = given.wall_seconds.value_or(0);
    content.memory_bytes = given.memory_bytes.value_or(0);
    content.output_bytes = given.output_bytes.value_or(0);
    content.artifact_bytes = given.artifact_bytes.value_or(0);
    content.disk_bytes = given.disk_bytes.value_or(0);
    content.files = given.files.value_or(0);
    return write_struct(*limits, content, "limits");
  });
}
