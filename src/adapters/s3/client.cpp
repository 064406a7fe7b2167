// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/client.hpp"

#include <unistd.h>

#include <algorithm>

#include "adapters/s3/credentials.hpp"
#include "adapters/s3/xml.hpp"
#include "base/backoff.hpp"
#include "base/digest.hpp"
#include "base/wakeup.hpp"

namespace matchrunner::s3 {
namespace {

constexpr Backoff retries{milliseconds(200), milliseconds(5'000)};
constexpr std::size_t most_answer_bytes = 4 << 20;  // a list of 1,000 parts has less
constexpr std::size_t least_idle = 4;

Time now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

// A success by its status may have an error for its body: servers begin to answer before they are done.
bool succeeded(const http::Answer& answer) {
  if (answer.status / 100 != 2) return false;
  if (answer.body.find("<Error") == std::string::npos) return true;
  const auto body = read_xml(answer.body);
  return body && body->name != "Error";
}

Client::Outcome over(Error error) {
  Failure failure;
  failure.error = error;
  return {std::move(error), std::move(failure)};
}

}  // namespace

bool wait_unless_over(milliseconds time, const Context& context) {
  if (context.remaining() <= time) return false;
  const auto waited = wait_for({}, Context::within(time, context.stop));
  return waited.has_value();
}

Client::Client(S3Options options, Address address, Keys keys)
    : options_(std::move(options)), address_(std::move(address)), pid_(::getpid()), keys_(std::move(keys)) {}

// In a forked child the connections are leaked: closing them would say goodbye in the parent's name.
Client::~Client() {
  if (check_process()) return;
  const Lock lock(mutex_);
  for (auto& session : idle_) (void)session.release();
}

Result<void> Client::check_process() const {
  if (::getpid() == pid_) return {};
  return Error{ErrorCode::forked, "the sink was opened before fork(); open it in the child", "s3"};
}

Keys Client::keys() const {
  const Lock lock(mutex_);
  return keys_;
}

// Another request may have renewed them since: what counts is that they are others than the refused one had.
bool Client::renew_keys(const Keys& refused) const {
  auto found = find_credentials(options_);
  const Lock lock(mutex_);
  if (found) keys_ = *std::move(found);
  return keys_ != refused;
}

Client::Session Client::session() const {
  std::unique_ptr<http::Session> session;
  {
    const Lock lock(mutex_);
    if (!idle_.empty()) {
      session = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!session)
    session = std::make_unique<http::Session>(
        http::SessionOptions{options_.connect_timeout, options_.stall_timeout, options_.ca_file});
  return {session.release(), [this](http::Session* used) { take_back(used); }};
}

void Client::take_back(http::Session* used) const {
  if (!check_process()) return;  // leaked, see ~Client
  std::unique_ptr<http::Session> session(used);
  session->cancel_all();
  const Lock lock(mutex_);
  if (idle_.size() < std::max<std::size_t>(options_.parallel_artifacts, least_idle))
    idle_.push_back(std::move(session));
}

bool Client::take_place() const {
  const std::uint32_t most = std::max(options_.parallel_parts, 1U) - 1;
  std::uint32_t taken = places_.load();
  while (taken < most)
    if (places_.compare_exchange_weak(taken, taken + 1)) return true;
  return false;
}

http::Request Client::request_of(const Call& call, const Keys& keys) const {
  static const std::string nothing = sha256_hex("");
  const Target target = address_.target(call.method, call.key, call.query);
  http::Request request;
  request.method = call.method;
  request.url = address_.origin() + target.path;
  if (!call.query.empty()) request.url += "?" + query_text(call.query);
  request.headers =
      sign(keys, address_.region(), target, call.headers, call.body_sha256.empty() ? nothing : call.body_sha256, now());
  request.body = call.body;
  request.body_sink = call.body_sink;
  request.most_bytes = most_answer_bytes;
  return request;
}

Client::Outcome Client::judge(const Call& call, const Keys& keys, Result<http::Answer> answer) const {
  if (answer && succeeded(*answer)) return {std::move(answer), {}};
  Failure failure = answer ? failure_of(*answer, shown(call.key)) : failure_of(answer.error(), shown(call.key));
  if (failure.old_keys && renew_keys(keys)) failure.passes = true;
  Error error = failure.error;
  return {std::move(error), std::move(failure)};
}

milliseconds Client::pause_after(const Failure& failure, std::uint32_t failures) {
  return std::max(failure.pause, wait_after(static_cast<int>(failures), retries));
}

Client::Outcome Client::perform(http::Session& session, const Call& call, const Context& context,
                                std::uint32_t attempts) const {
  for (std::uint32_t failures = 0;;) {
    if (auto going = context.check(); !going) return over(going.error());
    if (call.before_attempt) call.before_attempt();
    const Keys used = keys();
    auto outcome = judge(call, used, session.perform(request_of(call, used), context));
    if (outcome.answer || !outcome.failure.passes || ++failures >= attempts) return outcome;
    if (!wait_unless_over(pause_after(outcome.failure, failures), context)) {
      if (!context.stop.stop_requested()) return outcome;  // what the server said tells more than a deadline
      return over({ErrorCode::cancelled, "stopped by the caller", "s3"});
    }
  }
}

Result<http::Answer> Client::perform(const Call& call, const Context& context) const {
  const Session used = session();
  return perform(*used, call, context, options_.attempts).answer;
}

std::string Client::link(const std::string& key, std::chrono::seconds valid_for) const {
  const Target target = address_.target("GET", key);
  return address_.origin() + target.path + "?" + presign(keys(), address_.region(), target, valid_for, now());
}

}  // namespace matchrunner::s3
