// SPDX-License-Identifier: Apache-2.0
// commits WAY [THREADS]: how many durable commits a second one SQLite file takes, each a change of state and its event.
// bare: the two statements, prepared, in a loop, on tables that have nothing else. store: StateStore::commit.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "matchrunner/adapters/sqlite.hpp"

using namespace matchrunner;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds round_length{2};
constexpr int records_each = 100;  // of each thread, written in turn

const char* state_of(std::uint64_t count) { return count % 2 == 0 ? "queued" : "running"; }

// As long as a small match is.
const std::string body =
    "{\"game\":\"chess\",\"seats\":[\"white\",\"black\"],\"text\":\"" + std::string(400, 'x') + "\"}";

void require(bool held, const std::string& what) {
  if (!held) throw std::runtime_error(what);
}

// The two statements and nothing else.
class BareLoop {
 public:
  explicit BareLoop(const char* path) {
    require(sqlite3_open(path, &db_) == SQLITE_OK, "open");
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    execute("CREATE TABLE record (id INTEGER PRIMARY KEY, state TEXT, body TEXT, version INTEGER)");
    execute(
        "CREATE TABLE event (sequence INTEGER PRIMARY KEY, at INTEGER, kind TEXT, subject TEXT, type TEXT, body TEXT)");
    for (int id = 0; id < records_each; ++id)
      execute(("INSERT INTO record VALUES (" + std::to_string(id) + ", 'queued', '" + body + "', 1)").c_str());
    begin_ = prepare("BEGIN IMMEDIATE");
    update_ = prepare("UPDATE record SET state = ?, body = ?, version = version + 1 WHERE id = ? AND version = ?");
    insert_ = prepare("INSERT INTO event (at, kind, subject, type, body) VALUES (?, 'match', ?, 'started', '{}')");
    commit_ = prepare("COMMIT");
  }

  void commit(std::uint64_t count) {
    const auto id = static_cast<sqlite3_int64>(count % records_each);
    const auto version = static_cast<sqlite3_int64>(1 + count / records_each);
    const std::string subject = "m" + std::to_string(id);
    run(begin_);
    sqlite3_bind_text(update_, 1, state_of(static_cast<std::uint64_t>(version)), -1, SQLITE_STATIC);
    sqlite3_bind_text(update_, 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    sqlite3_bind_int64(update_, 3, id);
    sqlite3_bind_int64(update_, 4, version);
    run(update_);
    require(sqlite3_changes(db_) == 1, "one record is written");
    sqlite3_bind_int64(insert_, 1, std::chrono::system_clock::now().time_since_epoch().count());
    sqlite3_bind_text(insert_, 2, subject.data(), static_cast<int>(subject.size()), SQLITE_STATIC);
    run(insert_);
    run(commit_);
  }

 private:
  void execute(const char* sql) { require(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    require(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) == SQLITE_OK, sql);
    return statement;
  }
  void run(sqlite3_stmt* statement) {
    require(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;  // until the program ends
  sqlite3_stmt *begin_ = nullptr, *update_ = nullptr, *insert_ = nullptr, *commit_ = nullptr;
};

// One thread's records in the store.
class StoreLoop {
 public:
  StoreLoop(StateStore& store, int thread) : store_(store) {
    Batch batch;
    for (int i = 0; i < records_each; ++i) {
      Record record;
      record.kind = "match";
      record.id = "m" + std::to_string(thread) + "-" + std::to_string(i);
      record.state = "queued";
      record.body = body;
      batch.writes.push_back({record});
      records_.push_back(record);
    }
    require(store.commit(batch, {}).has_value(), "the records are made");
    for (Record& record : records_) record.version = 1;
  }

  void commit(std::uint64_t count) {
    Record& record = records_[count % records_each];
    record.state = state_of(record.version);
    Event event;
    event.kind = record.kind;
    event.subject = record.id;
    event.type = "started";
    const auto receipt = store_.commit({{{record}}, {event}}, {});
    require(receipt.has_value(), "commit");
    record.version = receipt->versions.front();
  }

 private:
  StateStore& store_;
  std::vector<Record> records_;
};

// Commits a second over all loops, each in a thread of its own.
template <class Loop>
double measure(std::vector<Loop>& loops) {
  std::atomic<std::uint64_t> done = 0;
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (Loop& loop : loops)
      threads.emplace_back([&loop, &done, end = begin + round_length] {
        std::uint64_t count = 0;
        for (; Clock::now() < end; ++count) loop.commit(count);
        done += count;
      });
  }
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begin).count();
}

double measure_bare() {
  std::vector<BareLoop> loops;
  loops.emplace_back("bare.db");
  return measure(loops);
}

double measure_store(int threads) {
  const auto store = make_sqlite_store({"store.db"});
  require(store.has_value(), "open");
  std::vector<StoreLoop> loops;
  for (int thread = 0; thread < threads; ++thread) loops.emplace_back(**store, thread);
  return measure(loops);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const std::string way = count > 1 ? arguments[1] : "";
    require(way == "bare" || way == "store", "usage: commits bare | store [THREADS]");
    std::cout << (way == "bare" ? measure_bare() : measure_store(count > 2 ? std::atoi(arguments[2]) : 1)) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "commits: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
