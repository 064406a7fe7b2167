// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/session.hpp"

#include <algorithm>
#include <functional>
#include <new>
#include <optional>
#include <stop_token>

#include "adapters/http/transfer.hpp"

namespace matchrunner::http {
namespace {

// Once in a process, and never undone: others in it may use libcurl, too.
void start_libcurl() {
  static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::bad_alloc();
}

struct CleanMulti {
  void operator()(CURLM* multi) const { ::curl_multi_cleanup(multi); }
};

}  // namespace

struct Session::State {
  explicit State(SessionOptions its_options) : options(std::move(its_options)) {
    start_libcurl();
    multi.reset(::curl_multi_init());
    if (!multi) throw std::bad_alloc();
  }
  ~State() {
    for (const auto& transfer : transfers) ::curl_multi_remove_handle(multi.get(), transfer->handle());
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Easy take_handle() {
    if (idle.empty()) {
      Easy made(::curl_easy_init());
      if (!made) throw std::bad_alloc();
      return made;
    }
    Easy easy = std::move(idle.back());
    idle.pop_back();
    return easy;
  }

  void retire(std::vector<std::unique_ptr<Transfer>>::iterator transfer) {
    ::curl_multi_remove_handle(multi.get(), (*transfer)->handle());
    idle.push_back((*transfer)->take_handle());
    transfers.erase(transfer);
  }

  // The next that libcurl has finished with.
  std::optional<Done> take_done() {
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto found = std::find_if(transfers.begin(), transfers.end(),
                                      [&](const auto& transfer) { return transfer->handle() == message->easy_handle; });
      Done done{(*found)->id(), (*found)->finish(code)};
      retire(found);
      return done;
    }
    return std::nullopt;
  }

  const SessionOptions options;
  std::unique_ptr<CURLM, CleanMulti> multi;
  std::vector<Easy> idle;  // their connections are the multi's
  std::vector<std::unique_ptr<Transfer>> transfers;
  Id last = 0;
};

Session::Session(SessionOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Session::Id Session::start(Request request) {
  State& state = *state_;
  const Id id = ++state.last;
  state.transfers.push_back(std::make_unique<Transfer>(id, state.take_handle(), std::move(request), state.options));
  ::curl_multi_add_handle(state.multi.get(), state.transfers.back()->handle());
  return id;
}

void Session::advance() {
  int running = 0;
  ::curl_multi_perform(state_->multi.get(), &running);
}

Result<Session::Done> Session::wait(const Context& context) {
  State& state = *state_;
  CURLM* const multi = state.multi.get();
  const std::stop_callback<std::function<void()>> on_stop(context.stop, [multi] { ::curl_multi_wakeup(multi); });
  while (true) {
    advance();
    if (auto done = state.take_done()) return *std::move(done);
    if (state.transfers.empty()) return Error{ErrorCode::not_found, "no request is in flight", "http"};
    if (auto going = context.check(); !going) return going.error();
    int events = 0;
    ::curl_multi_poll(multi, nullptr, 0, static_cast<int>(context.remaining().count()), &events);
  }
}

void Session::wait_until_sent(Id id, const Context& context) {
  State& state = *state_;
  const auto sent = [&] {
    for (const auto& transfer : state.transfers)
      if (transfer->id() == id) return transfer->has_sent();
    return true;
  };
  while (context.check()) {
    int running = 0;
    ::curl_multi_perform(state.multi.get(), &running);
    if (sent() || static_cast<std::size_t>(running) < state.transfers.size()) return;
    int events = 0;
    ::curl_multi_poll(state.multi.get(), nullptr, 0, static_cast<int>(context.remaining().count()), &events);
  }
}

std::size_t Session::in_flight() const { return state_->transfers.size(); }

void Session::cancel(Id id) {
  auto& transfers = state_->transfers;
  const auto its = std::find_if(transfers.begin(), transfers.end(), [&](const auto& one) { return one->id() == id; });
  if (its != transfers.end()) state_->retire(its);
}

void Session::cancel_all() {
  while (!state_->transfers.empty()) state_->retire(state_->transfers.end() - 1);
}

Result<Answer> Session::perform(Request request, const Context& context) {
  start(std::move(request));
  auto done = wait(context);
  if (done) return std::move(done->answer);
  cancel_all();
  return std::move(done).error();
}

}  // namespace matchrunner::http
