// SPDX-License-Identifier: Apache-2.0
// BatchWriter: writes batches in one transaction of its connection, each of them whole or not at all.
// Used by one thread at a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/record_row.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

class BatchWriter {
 public:
  BatchWriter(Connection& connection, std::string boot) : connection_(connection), now_{std::move(boot), {}} {}

  // Takes the file's write lock; waits for other processes as long as the context allows.
  Result<void> begin(const Context& context);

  // After begin(): writes each batch, commits, and tells how each went. A batch that is refused leaves no trace and
  // does not disturb the others; a failure of the disk is that of all.
  std::vector<Result<CommitReceipt>> commit(std::span<const Batch* const> batches);

  // Drops the oldest events up to and with `through`, but at most max_trim, so that no transaction is long.
  static constexpr std::uint32_t max_trim = 10000;
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context);

 private:
  // The highest sequences in use.
  struct Sequences {
    std::int64_t record = 0;
    std::int64_t event = 0;
  };

  // A write that is allowed: the row that is stored, and the one that shall be.
  struct Step {
    const Write* write = nullptr;
    std::optional<RecordRow> stored;
    RecordRow next;
  };

  Result<void> read_sequences();
  Result<void> know_sequences();
  Result<CommitReceipt> write_batch(const Batch& batch);
  Result<std::vector<Step>> plan(const Batch& batch);
  Result<Step> plan_write(const Write& write);
  Result<void> carry_out(std::vector<Step>& steps);
  Result<void> carry_out(Step& step);
  Result<void> insert(const RecordRow& row);
  Result<void> update(const RecordRow& stored, const RecordRow& row);
  Result<void> remove(const RecordRow& stored);
  Result<void> append(const Event& event);
  void roll_back();

  // Whether it is done; when not, the disk failed, and that is the failure of every batch.
  bool note(const Result<void>& done);

  Connection& connection_;
  std::unique_ptr<Connection::Use> use_;  // by the transaction that has begun
  LeaseNow now_;
  Time at_{};
  std::optional<Error> broken_;  // why nothing of the transaction under way can be committed
  Sequences last_;
  std::optional<std::uint64_t> last_as_of_;  // the content of the file that last_ was true of
};

}  // namespace matchrunner
