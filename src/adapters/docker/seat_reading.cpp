// SPDX-License-Identifier: Apache-2.0
// How the output of a seat is read, so that no byte of it is missed and none comes twice:
//   attached  from before its start. The end of this stream may be that of a connection, too: it is believed where the
//             engine is on this host and the container ends within a second, else the engine's log is asked
//   follows   the engine's log, as it grows: of a seat that was adopted, or whose attached stream was cut off. Who
//             follows a log may be told of its end before that of its lines
//   rest      the engine's log of a container that has ended, which is complete
// What was read before is left out of each log. A log of which the engine may have thrown away a part helps nobody:
// then an attached stream is believed, and who follows the log has lost the seat (DockerRun).
#include <algorithm>
#include <stop_token>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/seat_container.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds longest_attaching{10};
constexpr std::chrono::seconds soon{1};
constexpr int most_reads = 5;  // a line that breaks again and again is lost

constexpr const char* attached_path = "/attach?stream=1&stdout=1&stderr=1";
constexpr const char* followed_path = "/logs?follow=1&stdout=1&stderr=1&timestamps=1";
constexpr const char* rest_path = "/logs?stdout=1&stderr=1&timestamps=1";

}  // namespace

http::Request SeatContainer::output_request(const std::string& its_path) {
  auto request = engine_->request("GET", path(its_path));
  request.body_sink = [this, read = ++reads_](const http::Answer&, ByteView part) -> Result<http::Request::Taken> {
    if (read != reads_) return http::Request::Taken{false};  // it was let go
    last_part_at_ = Clock::now();
    const bool found = output_->found();
    auto taken = output_->take(part);
    if (!taken) return std::move(taken).error();
    if (!output_->events().empty() || output_->found() != found) on_event_();
    return http::Request::Taken{};
  };
  return request;
}

Result<void> SeatContainer::attach(const OnOther& on_other, const Context& context) {
  auto output = SeatOutput::open(plan_.spool_folder, seat_.name, *limits_.output_bytes, seat_.role != SeatRole::player);
  if (!output) return std::move(output).error();
  output_ = *std::move(output);
  if (seat_.ready && seat_.ready->log) output_->look_for(*seat_.ready->log);

  auto request = output_request(attached_path);
  request.method = "POST";
  request.may_be_silent = true;
  std::stop_source attached;
  request.head_sink = [attached](const http::Answer&) mutable { attached.request_stop(); };
  const std::stop_callback on_stop(context.stop, [attached]() mutable { attached.request_stop(); });
  attach_ = streams_->start(std::move(request));
  const auto deadline = std::min(context.deadline, Context::within(longest_attaching).deadline);
  while (true) {
    const auto done = streams_->wait({deadline, attached.get_token()});
    if (!done && done.error().code == ErrorCode::cancelled) return context.check();
    if (!done) return lost(done.error());
    if (done->id != *attach_) {
      if (auto taken = on_other(*done); !taken) return taken;
      continue;
    }
    attach_.reset();
    if (!done->answer) return done->answer.error();
    if (done->answer->status / 100 != 2) return failure_of(*done->answer, what());
    output_ended_at_ = Clock::now();
    return {};
  }
}

void SeatContainer::read_log(Reading reading) {
  reading_ = reading;
  output_->begin_log();
  auto request = output_request(reading == Reading::follows ? followed_path : rest_path);
  request.may_be_silent = reading == Reading::follows;
  attach_ = streams_->start(std::move(request));
}

// Its program may have closed its output, or its stream was cut off.
void SeatContainer::look_if_cut_off() {
  const bool goes_on = reading_ == Reading::attached && !attach_ && wait_ && log_failure_.empty();
  if (goes_on && Clock::now() >= output_ended_at_ + soon && !outgrew_log()) read_log(Reading::follows);
}

Result<void> SeatContainer::take_end_of_output(const Result<http::Answer>& answer) {
  if (answer) {
    output_ended_at_ = Clock::now();
    end_output();
    return {};
  }
  if (answer.error().code != ErrorCode::unavailable) {
    log_failure_ = answer.error().message;
    return {};
  }
  if (reads_ >= most_reads || outgrew_log()) return lost(answer.error());
  read_log(wait_ ? Reading::follows : Reading::rest);
  return {};
}

// Once nothing more is to come: its streams are at their end, both.
void SeatContainer::end_output() {
  if (attach_ || wait_ || !log_failure_.empty()) return;
  const bool is_here = !engine_->address().session.unix_socket.empty();
  const bool was_its_end = outgrew_log() || (is_here && ended_at_ - output_ended_at_ <= soon);
  if (reading_ == Reading::follows || (reading_ == Reading::attached && !was_its_end)) return read_log(Reading::rest);
  const auto closed = output_->close();
  log_is_whole_ = closed.has_value();
  if (!closed) log_failure_ = closed.error().message;
}

void SeatContainer::let_go() {
  attach_.reset();
  ++reads_;  // what still comes of it is no part of the output any more, which may be closed by then
  output_ended_at_ = {};
  end_output();
}

}  // namespace matchrunner::docker
