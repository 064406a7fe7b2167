// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/connection.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <random>

#include "adapters/sqlite/sqlite_error.hpp"
#include "base/wakeup.hpp"

namespace matchrunner {
namespace {

// A random time that grows with the tries, so that processes that met once do not meet again.
milliseconds jitter(int tries) {
  constexpr int max_doublings = 4;
  thread_local std::minstd_rand random(std::random_device{}());
  const auto most = std::uint32_t{1} << std::min(tries, max_doublings);
  return milliseconds(1 + random() % most);
}

int wait_while_busy(void* connection, int tries) {
  return static_cast<const Connection*>(connection)->pause_while_busy(tries) ? 1 : 0;
}

// Device and inode.
std::optional<std::pair<std::uint64_t, std::uint64_t>> file_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair<std::uint64_t, std::uint64_t>(status.st_dev, status.st_ino);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path) {
  std::unique_ptr<Connection> connection(new Connection(path));
  ForkGate& gate = ForkGate::get();
  gate.enter();
  auto opened = connection->open_handle(SQLITE_OPEN_CREATE);
  if (opened) {
    connection->file_ = file_at(path).value_or(connection->file_);
    gate.add(*connection);
  }
  gate.leave();
  if (!opened) return std::move(opened).error();
  return connection;
}

Result<void> Connection::open_handle(int flags) {
  constexpr int always = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (const int code = sqlite3_open_v2(path_.c_str(), &handle_, always | flags, nullptr); code != SQLITE_OK) {
    Error error = sqlite_error(handle_, code, path_);
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    return error;
  }
  ++opened_;
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_handler(handle_, wait_while_busy, this);
  return {};
}

Result<void> Connection::open_again() {
  if (handle_ != nullptr) return {};
  if (file_at(path_) != file_) return lost();
  if (auto opened = open_handle(0); !opened) return opened;
  auto set = execute(pragmas_);
  if (!set) close();
  return set;
}

Result<void> Connection::set(const char* pragmas) {
  pragmas_ = pragmas;
  return execute(pragmas);
}

void Connection::close() {
  statements_.clear();
  sqlite3_close_v2(std::exchange(handle_, nullptr));
}

Connection::~Connection() {
  ForkGate& gate = ForkGate::get();
  gate.enter();
  gate.remove(*this);
  close();
  gate.leave();
}

Error Connection::lost() const {
  return {ErrorCode::not_found, path_ + ": was removed or replaced while it was open", "sqlite"};
}

bool Connection::pause_while_busy(int tries) const {
  if (context_ == nullptr || !context_->check()) return false;
  const Context pause{std::min(context_->deadline, Context::Clock::now() + jitter(tries)), context_->stop};
  return wait_for({}, pause).has_value();
}

Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<sqlite3_stmt*> Connection::statement(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second.get();
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &prepared, nullptr);
  if (code != SQLITE_OK) return error(code);
  statements_.emplace(std::move(key), prepared);
  return prepared;
}

Error Connection::error(int code) const {
  if ((code & 0xff) == SQLITE_BUSY && context_ != nullptr)
    if (auto going = context_->check(); !going)
      return {going.error().code, path_ + ": locked by another process: " + going.error().message, "sqlite"};
  return sqlite_error(handle_, code, path_);
}

std::optional<std::uint64_t> Connection::content_version() const {
  std::uint32_t version = 0;
  if (sqlite3_file_control(handle_, "main", SQLITE_FCNTL_DATA_VERSION, &version) != SQLITE_OK) return {};
  return std::uint64_t{opened_} << 32U | version;
}

Result<void> Connection::check_file() const {
  int moved = 0;
  const int code = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0 ? Result<void>(lost()) : Result<void>();
}

}  // namespace matchrunner
