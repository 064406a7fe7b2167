// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "file_bytes.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "sqlite/child.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

Error refusal(const std::string& path) {
  const auto store = make_sqlite_store({path});
  REQUIRE_FALSE(store);
  CHECK(store.error().message.find('\n') == std::string::npos);
  return store.error();
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a file that is not a store is refused and left as it is") {
  struct Row {
    const char* what;
    const char* sql;  // makes it; null: a text file
    ErrorCode code;
  };
  const Row rows[] = {
      {"a text", nullptr, ErrorCode::corrupt_data},
      {"the database of another program", "CREATE TABLE notes (text)", ErrorCode::corrupt_data},
      {"another program's mark", "PRAGMA application_id = 7; PRAGMA user_version = 1", ErrorCode::corrupt_data},
      {"another program's version", "PRAGMA user_version = 1", ErrorCode::corrupt_data},
      {"a store of a newer version", "PRAGMA application_id = 0x6d726e72; PRAGMA user_version = 999",
       ErrorCode::unsupported},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const TemporaryFolder folder;
    const auto path = folder / "file";
    if (row.sql == nullptr)
      write_bytes(path, std::string(5000, '#'));
    else
      run_sql(path, row.sql);
    const auto before = read_bytes(path);
    const Error error = refusal(path);
    CHECK(error.code == row.code);
    CHECK(error.message.find(path) != std::string::npos);
    CHECK(read_bytes(path) == before);
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  }
}

TEST_CASE("a path that cannot be a store is refused") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "text");
  CHECK(refusal("").code == ErrorCode::invalid_argument);
  CHECK(refusal(folder.path()).code == ErrorCode::invalid_argument);
  CHECK(refusal(std::string("a\0b", 3)).code == ErrorCode::invalid_argument);
  CHECK(refusal(folder / "file/store.db").code == ErrorCode::not_found);
}

TEST_CASE("damage inside a store is told as such") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  open_store(path).reset();
  auto bytes = read_bytes(path);
  for (std::size_t i = 100; i < bytes.size(); ++i) bytes[i] = '#';
  write_bytes(path, bytes);
  CHECK(refusal(path).code == ErrorCode::corrupt_data);
}

TEST_CASE("an empty file becomes a store") {
  const TemporaryFolder folder;
  write_bytes(folder / "store.db", "");
  CHECK(open_store(folder / "store.db")->commit({{{match_record("m1")}}, {}}, {}));
}

TEST_CASE("a store is for its owner only") {
  const TemporaryFolder folder;
  const auto path = folder / "new/folder/store.db";
  const auto store = open_store(path);
  REQUIRE(store->commit({{{match_record("m1")}}, {}}, {}));
  CHECK(mode_of(folder / "new") == 0700);
  CHECK(mode_of(folder / "new/folder") == 0700);
  for (const char* suffix : {"", "-wal", "-shm"}) CHECK(mode_of(path + suffix) == 0600);
}

TEST_CASE("who may not write gets permission_denied") {
  if (::geteuid() != 0) return;  // only root can be somebody else
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  open_store(path).reset();
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  for (const unsigned mode : {0600u, 0644u}) {
    std::filesystem::permissions(path, std::filesystem::perms(mode));
    Child stranger("open_as_nobody", path, "");
    CHECK(stranger.read_line().rfind("permission_denied ", 0) == 0);
  }
  Child newcomer("open_as_nobody", folder / "new.db", "");
  CHECK(newcomer.read_line().rfind("permission_denied ", 0) == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "new.db"));
}

TEST_CASE("a store whose file was taken away says so rather than write into nothing") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto store = open_store(path);
  std::filesystem::rename(path, path + ".old");
  const auto receipt = store->commit({{{match_record("m1")}}, {}}, {});
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::not_found);
}

TEST_CASE("a relative path stays what it was when the folder changes") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto store = open_store("store.db");
  std::filesystem::current_path(before);
  CHECK(store->commit({{{match_record("m1")}}, {}}, {}));
  CHECK((*open_store(folder / "store.db")->find({"match", "m1"}, {})).has_value());
}
