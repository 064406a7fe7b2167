// SPDX-License-Identifier: Apache-2.0
// Connection: one connection to an SQLite file, with its prepared statements kept. Used by one thread at a time; must
// neither be used nor destroyed in a forked child. A locked database is waited for until the context of the call ends.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

class Connection {
 public:
  // The file is created when absent.
  static Result<std::unique_ptr<Connection>> open(const std::string& path);
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
  std::optional<std::uint32_t> content_version() const;

  // The file was removed or replaced since it was opened: what is written would be lost.
  bool lost_file() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  Connection(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  sqlite3* const handle_;
  const std::string path_;
  const Context* context_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace matchrunner
