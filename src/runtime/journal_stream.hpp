// SPDX-License-Identifier: Apache-2.0
// JournalStream: the EventStream of a runner: reads the journal itself, so nothing is buffered and nothing is dropped.
// Used by one thread at a time. Shares the store and the news with its runner and may outlive it.
#pragma once

#include <unistd.h>

#include <deque>
#include <memory>

#include "matchrunner/runner.hpp"
#include "runtime/news.hpp"

namespace matchrunner {

class JournalStream : public EventStream {
 public:
  JournalStream(std::shared_ptr<StateStore> store, std::shared_ptr<News> news, EventFilter filter);

  Result<std::optional<Event>> next(const Context& context) override;
  int fileno() const override { return wakeup_->fd(); }

 private:
  Result<void> read_more(const Context& context);

  const std::shared_ptr<StateStore> store_;
  const std::shared_ptr<News> news_;
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  const std::string match_;
  const pid_t pid_ = ::getpid();
  std::uint64_t after_;
  std::deque<Event> page_;
};

}  // namespace matchrunner
