// SPDX-License-Identifier: Apache-2.0
// GroupCommit: batches of many threads in few transactions. One of the threads that wait leads: it takes the write
// lock, then all batches that wait by then, and commits them with one sync of the disk. Safe from any thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "adapters/sqlite/batch_writer.hpp"
#include "base/mutex.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

class GroupCommit {
 public:
  explicit GroupCommit(BatchWriter& writer) : writer_(writer) {}

  Result<CommitReceipt> commit(const Batch& batch, const Context& context);

  // As the only one in its transaction.
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context);

 private:
  // One caller's wait, under mutex_. Shared with its leader, who may answer it when it has already gone.
  struct Request {
    const Batch* batch = nullptr;  // null: a trim, which leads itself
    bool taken = false;            // its leader works on it: no deadline applies any more
    std::optional<Result<CommitReceipt>> result = std::nullopt;
  };
  using Requests = std::vector<std::shared_ptr<Request>>;

  Result<void> wait_to_lead(Request& request, const Context& context) MATCHRUNNER_REQUIRES(mutex_);
  void lead(Request& own, const Context& context) MATCHRUNNER_REQUIRES(mutex_);
  void gather() MATCHRUNNER_REQUIRES(mutex_);
  Requests take_batches() MATCHRUNNER_REQUIRES(mutex_);
  void leave(const Request& request) MATCHRUNNER_REQUIRES(mutex_);

  BatchWriter& writer_;  // used by the leader only
  Mutex mutex_;
  Condition changed_;
  Requests waiting_ MATCHRUNNER_GUARDED_BY(mutex_);  // in order of arrival
  bool led_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::size_t expected_ MATCHRUNNER_GUARDED_BY(mutex_) = 1;  // how many wanted to commit lately
};

}  // namespace matchrunner
