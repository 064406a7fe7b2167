// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal_stream.hpp"

#include <array>
#include <utility>

namespace matchrunner {
namespace {

constexpr milliseconds read_patience{30'000};

}  // namespace

JournalStream::JournalStream(std::shared_ptr<StateStore> store, std::shared_ptr<News> news, EventFilter filter)
    : store_(std::move(store)), news_(std::move(news)), match_(std::move(filter.match)), after_(filter.after) {
  news_->subscribe(wakeup_);
  wakeup_->set();  // there may be something already
}

Result<void> JournalStream::read_more(const Context& context) {
  EventQuery query;
  query.after = after_;
  if (!match_.empty()) {
    query.kind = "match";
    query.subject = match_;
  }
  Context patient = context;
  patient.deadline = Context::within(read_patience).deadline;
  auto page = store_->events(query, patient);
  if (!page) return page.error();
  for (Event& event : page->events) page_.push_back(std::move(event));
  after_ = page->next_after;
  return {};
}

Result<std::optional<Event>> JournalStream::next(const Context& context) {
  if (pid_ != ::getpid()) return Error{ErrorCode::forked, "this event stream was opened before fork()"};
  while (page_.empty()) {
    wakeup_->clear();  // before reading: what comes after it sets it again
    const bool closed = news_->closed();
    const std::uint64_t before = after_;
    if (auto read = read_more(context); !read) return read.error();
    if (!page_.empty()) {
      wakeup_->set();
      break;
    }
    if (after_ != before) continue;
    if (closed) {
      wakeup_->set();
      return Error{ErrorCode::cancelled, "the runner is closed"};
    }
    std::array<pollfd, 1> fds{{{wakeup_->fd(), POLLIN, 0}}};
    const auto woken = wait_for(fds, context);
    if (!woken) return woken.error();
    if (!*woken) return std::optional<Event>();
  }
  std::optional<Event> event(std::move(page_.front()));
  page_.pop_front();
  return event;
}

}  // namespace matchrunner
