// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "adapters/sqlite/batch_writer.hpp"
#include "adapters/sqlite/boot.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/group_commit.hpp"
#include "adapters/sqlite/schema.hpp"
#include "adapters/sqlite/store_reader.hpp"
#include "base/folders.hpp"
#include "base/system_error.hpp"
#include "domain/commit_rules.hpp"
#include "matchrunner/adapters/sqlite.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds open_timeout{60000};  // for another process that is making or migrating the file
constexpr mode_t folder_mode = 0700;         // a store may hold secrets of matches
constexpr mode_t file_mode = 0600;           // SQLite gives its log the mode of the file

class SqliteStore final : public StateStore {
 public:
  SqliteStore(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> reader, const std::string& boot,
              bool durable)
      : durable_(durable), parts_(std::make_unique<Parts>(std::move(writer), std::move(reader), boot)) {}

  // In a forked child the connections are closed (fork_gate.hpp), and leaked, as threads of the parent may have their
  // mutexes.
  ~SqliteStore() override {
    if (forked()) (void)parts_.release();
  }

  StateStoreCapabilities capabilities() const override {
    return {.durable = durable_, .survives_reopen = true, .shared = true};
  }

  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    if (auto valid = check_batch(batch); !valid) return valid.error();
    if (auto going = check(context); !going) return going.error();
    return parts_->group.commit(batch, context);
  }

  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override {
    if (auto going = check(context); !going) return going.error();
    return parts_->reader.find(key, context);
  }

  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    if (auto going = check(context); !going) return going.error();
    return parts_->reader.list(query, context);
  }

  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    if (auto going = check(context); !going) return going.error();
    return parts_->reader.events(query, context);
  }

  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override {
    std::uint64_t dropped = 0;
    while (true) {
      if (auto going = check(context); !going) return going.error();
      const auto some = parts_->group.trim(through, context);
      if (!some) return some.error();
      dropped += *some;
      if (*some < BatchWriter::max_trim) return dropped;
    }
  }

 private:
  struct Parts {
    Parts(std::unique_ptr<Connection> writing, std::unique_ptr<Connection> reading, const std::string& boot)
        : connection(std::move(writing)), writer(*connection, boot), group(writer), reader(std::move(reading), boot) {}

    const std::unique_ptr<Connection> connection;
    BatchWriter writer;
    GroupCommit group;
    StoreReader reader;
  };

  bool forked() const { return ::getpid() != pid_; }

  Result<void> check(const Context& context) const {
    if (forked()) return Error{ErrorCode::forked, "the store was opened before fork(); open it in the child", "sqlite"};
    return context.check();
  }

  const pid_t pid_ = ::getpid();
  const bool durable_;
  std::unique_ptr<Parts> parts_;
};

// Whether the file is there; its folder is made when it is not.
Result<bool> find_file(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode))
      return Error{ErrorCode::invalid_argument, path.string() + ": expected a file, found a folder", "sqlite"};
    return true;
  }
  if (errno != ENOENT) return system_error(errno, path.string(), "sqlite");
  const std::string folder = path.parent_path().string();
  if (auto made = make_folders(folder, folder_mode, "sqlite"); !made) return made.error();
  // SQLite would say that there is no file.
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    return system_error(errno, path.string(), "sqlite");
  return false;
}

// `fresh`: the file is about to be made.
Result<std::unique_ptr<Connection>> open_connection(const std::string& path, bool fresh, const char* pragmas) {
  auto connection = Connection::open(path);
  if (!connection) return connection;
  if (fresh && ::chmod(path.c_str(), file_mode) != 0) return system_error(errno, path, "sqlite");
  const Context context = Context::within(open_timeout);
  const Connection::Use use(**connection, context);
  if (!use.ready()) return use.ready().error();
  const Connection::Scope scope(**connection, context);
  if ((*connection)->read_only()) return Error{ErrorCode::permission_denied, path + ": cannot be written", "sqlite"};
  if (auto ready = bring_up_to_date(**connection); !ready) return ready.error();
  if (auto set = (*connection)->set(pragmas); !set) return set.error();
  return connection;
}

}  // namespace

Result<std::shared_ptr<StateStore>> make_sqlite_store(const SqliteOptions& options) {
  if (options.path.empty() || options.path.find('\0') != std::string::npos)
    return Error{ErrorCode::invalid_argument, "expected the path of a file", "sqlite"};
  std::error_code unused;
  const auto path = std::filesystem::absolute(options.path, unused);  // before the current folder changes
  const auto boot = boot_id();
  if (!boot) return boot.error();
  const auto exists = find_file(path);
  if (!exists) return exists.error();

  // The log is checkpointed as often as SQLite does by itself: a log that still grows costs more to sync.
  const char* const durability = options.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
  auto writer = open_connection(path.string(), !*exists, durability);
  if (!writer) return writer.error();
  auto reader = open_connection(path.string(), false, "PRAGMA query_only = ON");
  if (!reader) return reader.error();
  return std::shared_ptr<StateStore>(
      std::make_shared<SqliteStore>(*std::move(writer), *std::move(reader), *boot, options.durable));
}

}  // namespace matchrunner
