// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <set>
#include <utility>

#include "base/mutex.hpp"
#include "base/wakeup.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

class CommandsInLine final : public MemoryCommandSource {
 public:
  CommandSourceCapabilities capabilities() const override { return {}; }

  Result<std::optional<Command>> poll(const Context& context) override {
    while (true) {
      if (context.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
      if (auto command = take()) return command;
      pollfd news{news_.fd(), POLLIN, 0};
      const auto woken = wait_for({&news, 1}, context);
      if (!woken) return woken.error();
      if (!*woken) return std::optional<Command>();
    }
  }

  Result<void> accept(const Command& command, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    const Lock lock(mutex_);
    pending_.erase(command.delivery);
    return {};
  }

  Result<void> reject(const Command& command, const std::string& reason, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    const Lock lock(mutex_);
    if (pending_.erase(command.delivery) != 0) rejected_.push_back(command.body + ": " + reason);
    return {};
  }

  void send(Command command) override {
    const Lock lock(mutex_);
    command.delivery = std::to_string(++deliveries_);
    waiting_.push_back(std::move(command));
    news_.set();
  }

  std::vector<std::string> rejected() const override {
    const Lock lock(mutex_);
    return rejected_;
  }

 private:
  std::optional<Command> take() {
    const Lock lock(mutex_);
    if (waiting_.empty()) {
      news_.clear();
      return std::nullopt;
    }
    Command command = std::move(waiting_.front());
    waiting_.pop_front();
    pending_.insert(command.delivery);
    return command;
  }

  mutable Mutex mutex_;
  std::deque<Command> waiting_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::set<std::string> pending_ MATCHRUNNER_GUARDED_BY(mutex_);  // delivered, neither accepted nor rejected
  std::vector<std::string> rejected_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::uint64_t deliveries_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
  Wakeup news_;  // set while something may wait
};

}  // namespace

std::shared_ptr<MemoryCommandSource> make_memory_commands() { return std::make_shared<CommandsInLine>(); }

}  // namespace matchrunner
