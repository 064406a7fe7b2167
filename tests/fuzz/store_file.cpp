// SPDX-License-Identifier: Apache-2.0
// The file of a store, damaged: patches of OFFSET (2 bytes, counted among the bytes that are not zero), COUNT (1) and
// COUNT bytes, laid over the file of a good store.
#include <cstring>
#include <filesystem>
#include <vector>

#include "file_bytes.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "matchrunner/json.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

Batch some_records() {
  Batch batch;
  for (const char* id : {"one", "two", "three"}) {
    Write& write = batch.writes.emplace_back();
    write.record.kind = "match";
    write.record.id = id;
    write.record.state = "queued";
    write.record.priority = static_cast<std::int64_t>(batch.writes.size());
    write.record.unique_key = id;
    write.record.due_at = Time(std::chrono::seconds(1800000000));
    write.record.holder = "host:1";
    write.record.body = R"({"game":"g"})";
    write.lease = LeaseChange::claim;
    write.lease_for = milliseconds(60000);
    Event& event = batch.events.emplace_back();
    event.kind = "match";
    event.subject = id;
    event.type = "submit";
  }
  return batch;
}

class DamagedStore {
 public:
  DamagedStore() {
    {
      const auto store = make_sqlite_store({path_, false});
      require(store && (*store)->commit(some_records(), Context()).has_value(), "a good store");
    }
    good_ = read_bytes(path_);
    for (std::size_t at = 0; at < good_.size(); ++at)
      if (good_[at] != '\0') places_.push_back(at);
  }

  const std::string& patch(std::string_view patches) {
    std::string bytes = good_;
    while (patches.size() >= 3) {
      std::uint16_t place = 0;
      std::memcpy(&place, patches.data(), sizeof place);
      const std::size_t count = static_cast<unsigned char>(patches[2]);
      const std::string_view over = patches.substr(3, count);
      const std::size_t at = places_[place % places_.size()];
      bytes.replace(at, std::min(over.size(), bytes.size() - at), over.substr(0, bytes.size() - at));
      patches.remove_prefix(3 + over.size());
    }
    for (const char* log : {"-wal", "-shm"}) std::filesystem::remove(path_ + log);
    write_bytes(path_, bytes);
    return path_;
  }

 private:
  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "store.db";
  std::string good_;
  std::vector<std::size_t> places_;
};

// What can be wrong with a file that is there and can be written. SQLite calls some damage a lack of memory: it is
// asked for more than it ever gives.
template <class T>
bool answered(const Result<T>& result) {
  if (result) return true;
  constexpr ErrorCode possible[] = {ErrorCode::corrupt_data, ErrorCode::unsupported,    ErrorCode::permission_denied,
                                    ErrorCode::conflict,     ErrorCode::already_exists, ErrorCode::resource_exhausted};
  require_one_line(result.error().message);
  for (const ErrorCode code : possible)
    if (result.error().code == code) return false;
  require(false, "an error that tells of the file",
          std::string(to_string(result.error().code)) + " " + result.error().message);
  return false;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DamagedStore damaged;
  const auto store = make_sqlite_store({damaged.patch(text_of(data, size)), false});
  if (!answered(store)) return 0;
  RecordQuery query;
  query.kind = "match";
  query.lapsed = true;
  answered((*store)->list(query, Context()));
  query.lapsed = false;
  query.states = {"queued", "running"};
  answered((*store)->list(query, Context()));
  answered((*store)->find({"match", "two"}, Context()));
  if (const auto page = (*store)->events({}, Context()); answered(page))
    for (const Event& event : page->events)
      require(to_json(event).find('\n') == std::string::npos, "what is shown is one line");
  Batch batch = some_records();
  batch.writes.resize(1);
  batch.writes[0].record.version = 1;
  batch.writes[0].lease = LeaseChange::renew;
  answered((*store)->commit(batch, Context()));
  answered((*store)->trim(2, Context()));
  return 0;
}
