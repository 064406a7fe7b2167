// SPDX-License-Identifier: Apache-2.0
// StoreReader: finds and lists on a connection of its own, so that no reader waits for a commit. Safe from any thread.
#pragma once

#include <memory>
#include <string>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/record_row.hpp"
#include "base/mutex.hpp"
#include "domain/list_cursor.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

class StoreReader {
 public:
  StoreReader(std::unique_ptr<Connection> connection, std::string boot)
      : connection_(std::move(connection)), boot_(std::move(boot)) {}

  Result<std::optional<Record>> find(const RecordKey& key, const Context& context);
  Result<RecordPage> list(const RecordQuery& query, const Context& context);
  Result<EventPage> events(const EventQuery& query, const Context& context);

 private:
  // Part of a list: one state or any, and one range of places.
  struct Part;
  Result<void> read_part(const RecordQuery& query, const Part& part, const LeaseNow& now, std::vector<Record>& records)
      MATCHRUNNER_REQUIRES(mutex_);
  Result<std::vector<Record>> read_parts(const RecordQuery& query, const std::optional<Place>& after)
      MATCHRUNNER_REQUIRES(mutex_);
  Result<std::int64_t> newest_event() MATCHRUNNER_REQUIRES(mutex_);

  Mutex mutex_;
  const std::unique_ptr<Connection> connection_ MATCHRUNNER_GUARDED_BY(mutex_);
  const std::string boot_;
};

}  // namespace matchrunner
