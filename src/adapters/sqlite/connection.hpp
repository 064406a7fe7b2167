// SPDX-License-Identifier: Apache-2.0
// Connection: one connection to an SQLite file, with its prepared statements kept. Used by one thread at a time, within
// a Use; in a forked child it is closed, and not to be used. A locked database is waited for until the context of the
// call ends.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "adapters/sqlite/fork_gate.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

class Connection {
 public:
  // The file is created when absent.
  static Result<std::unique_ptr<Connection>> open(const std::string& path);

  // Now, and whenever it is opened again.
  Result<void> set(const char* pragmas);

  // For a fork: it opens again when it is used next.
  void close();
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& path() const { return path_; }

  // Until when and for whose stop token the statements of this scope wait.
  class Scope {
   public:
    Scope(Connection& connection, const Context& context) : connection_(connection) { connection_.context_ = &context; }
    ~Scope() { connection_.context_ = nullptr; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Connection& connection_;
  };

  // From the first statement of a transaction to its last: the process does not fork meanwhile (fork_gate.hpp). Not two
  // at once by one thread.
  class Use {
   public:
    // `context` is for opening it again.
    Use(Connection& connection, const Context& context) {
      ForkGate::get().enter();
      const Scope scope(connection, context);
      ready_ = connection.open_again();
    }
    ~Use() { ForkGate::get().leave(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    // `not_found`: it was closed for a fork, and its file has been removed or replaced since.
    const Result<void>& ready() const { return ready_; }

   private:
    Result<void> ready_;
  };

  // Statements without results, separated by ';'.
  Result<void> execute(const char* sql);

  // Prepared at its first use; `sql` is one statement.
  Result<sqlite3_stmt*> statement(std::string_view sql);

  // Pauses before the next try at a lock that somebody else has; false: the context has ended. `tries` so far.
  bool pause_while_busy(int tries) const;

  // What went wrong when a call on this connection returned `code`.
  Error error(int code) const;

  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

  bool read_only() const { return sqlite3_db_readonly(handle_, "main") == 1; }

  // Rows changed by the last statement.
  std::uint64_t changed() const { return static_cast<std::uint64_t>(sqlite3_changes64(handle_)); }

  // Another value after each change of the file, whoever made it; others' changes show once a transaction has begun.
  std::optional<std::uint64_t> content_version() const;

  // `not_found`: the file was removed or replaced since it was opened: what is written would be lost.
  Result<void> check_file() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Connection(std::string path) : path_(std::move(path)) {}
  Result<void> open_handle(int flags);
  Result<void> open_again();
  Error lost() const;

  const std::string path_;
  sqlite3* handle_ = nullptr;                     // null: closed for a fork
  std::uint32_t opened_ = 0;                      // so often
  std::pair<std::uint64_t, std::uint64_t> file_;  // device and inode
  const char* pragmas_ = "";
  const Context* context_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace matchrunner
