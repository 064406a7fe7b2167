// SPDX-License-Identifier: Apache-2.0
// What a runner, its launcher and the inits of seats tell each other: the first byte is the kind of the message.
#include "adapters/sandbox/messages.hpp"

#include "adapters/sandbox/launcher/status_report.hpp"
#include "domain/seat_verdict.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;
using namespace matchrunner::sandbox;

namespace {

template <class T>
void read_back(std::string_view bytes) {
  T message;
  if (!from_bytes(bytes, message)) return;
  require(to_bytes(message) == bytes, "what was read is what is written");
}

// A runner must make a verdict of whatever facts it gets.
void judge(std::string_view bytes) {
  read_back<SeatEnded>(bytes);
  SeatEnded ended;
  if (!from_bytes(bytes, ended)) return;
  const SeatReport report = judge_seat("white", default_limits(), ended.facts);
  require_one_line(report.detail);
}

void read_status(std::string_view bytes) {
  launcher::StatusReport report;
  if (!launcher::from_bytes(bytes, report)) return;
  require(std::string_view(report.step).size() < sizeof report.step, "the step is a text");
}

struct Row {
  MessageKind kind;
  void (*read)(std::string_view bytes);
};
constexpr Row rows[] = {
    {MessageKind::hello, read_back<Hello>},
    {MessageKind::ready, read_back<Ready>},
    {MessageKind::start, read_back<StartMatch>},
    {MessageKind::started, read_back<Started>},
    {MessageKind::start_failed, read_back<StartFailed>},
    {MessageKind::stop, read_back<Stop>},
    {MessageKind::extend_lease, read_back<ExtendLease>},
    {MessageKind::seat_ended, judge},
    {MessageKind::ended, read_back<Ended>},
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  for (const Row& row : rows)
    if (row.kind == static_cast<MessageKind>(data[0])) row.read(bytes);
  if (data[0] == 0xff) read_status(bytes);
  return 0;
}
