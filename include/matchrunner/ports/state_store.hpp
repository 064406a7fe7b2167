// SPDX-License-Identifier: Apache-2.0
// StateStore: where records and the journal live; a state change and the events that tell of it are one atomic write.
// Safe for concurrent calls from any thread. Every call may block up to its context's deadline.
#pragma once

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

struct StateStoreCapabilities {
  bool durable = false;          // a commit that returned survives a power cut
  bool survives_reopen = false;  // what was committed is there when the same URL is opened again
  bool shared = false;           // several processes may have it open
};

class StateStore {
 public:
  virtual ~StateStore() = default;

  virtual StateStoreCapabilities capabilities() const = 0;

  // All writes and all events, or nothing. `conflict`: a version was not the expected one or a lease rule of
  // LeaseChange was broken; `already_exists`: a unique_key is taken; `invalid_argument`: no kind or id, or one record
  // written twice in the batch. Events become visible in sequence order: a reader that has seen n never later finds one
  // below n.
  virtual Result<CommitReceipt> commit(const Batch& batch, const Context& context) = 0;

  // The record, or nothing when there is none.
  virtual Result<std::optional<Record>> find(const RecordKey& key, const Context& context) = 0;

  // A page in order. `invalid_argument`: no kind, limit out of range, or a cursor that this store did not give.
  virtual Result<RecordPage> list(const RecordQuery& query, const Context& context) = 0;

  // What the journal holds after a sequence; empty when there is nothing new. Never waits for news, and is cheap
  // when there is none (a runner asks 20 times a second).
  virtual Result<EventPage> events(const EventQuery& query, const Context& context) = 0;

  // Drops all events up to and with `through`; returns how many.
  virtual Result<std::uint64_t> trim(std::uint64_t through, const Context& context) = 0;
};

}  // namespace matchrunner
