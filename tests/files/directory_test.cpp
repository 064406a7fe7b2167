// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "file_bytes.hpp"
#include "matchrunner/adapters/directory.hpp"
#include "small_disk.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

namespace fs = std::filesystem;

std::shared_ptr<ArtifactSink> open_directory(const std::string& folder) {
  auto sink = make_directory_artifacts({folder});
  INFO((sink ? "" : sink.error().describe()));
  REQUIRE(sink);
  return *std::move(sink);
}

std::unique_ptr<ArtifactWriter> begin(ArtifactSink& sink, const std::string& name, const std::string& bytes) {
  auto writer = sink.open({"m1", 1, name}, {}, {});
  REQUIRE(writer);
  REQUIRE((*writer)->write(as_bytes(bytes), {}));
  return *std::move(writer);
}

std::string store(ArtifactSink& sink, const std::string& name, const std::string& bytes) {
  const auto uri = begin(sink, name, bytes)->close({});
  REQUIRE(uri);
  return *uri;
}

// Relative paths of all files below, each with a space behind it.
std::string files_in(const std::string& folder) {
  std::string files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files += fs::relative(entry.path(), folder).string() + " ";
  return files;
}

}  // namespace

TEST_CASE("an artifact is the file match/epoch/name, and its URI leads there") {
  const TemporaryFolder folder;
  const auto sink = open_directory(folder / "a b/artifacts/");
  const auto uri = store(*sink, "logs/white.stdout", "text");
  CHECK(uri == "file://" + (folder / "a%20b/artifacts/m1/1/logs/white.stdout"));
  CHECK(read_bytes(folder / "a b/artifacts/m1/1/logs/white.stdout") == "text");
  REQUIRE(sink->remove(uri, {}));
  CHECK(fs::is_empty(folder / "a b/artifacts/.partial"));
  CHECK_FALSE(fs::exists(folder / "a b/artifacts/m1"));
}

TEST_CASE("no link inside the folder leads out of it") {
  const TemporaryFolder folder;
  const TemporaryFolder outside;
  const auto sink = open_directory(folder.path());
  write_bytes(outside / "secret", "secret");
  fs::create_directories(folder / "m1/1");
  fs::create_symlink(outside.path(), folder / "m1/1/linked");
  fs::create_symlink(outside / "secret", folder / "m1/1/file");
  const auto uri = [&](const std::string& name) { return "file://" + (folder / ("m1/1/" + name)); };

  CHECK(sink->read(uri("linked/secret"), 0, 100, {}).error().code == ErrorCode::not_found);
  CHECK(sink->read(uri("file"), 0, 100, {}).error().code == ErrorCode::not_found);
  CHECK(sink->remove(uri("linked/secret"), {}));
  CHECK_FALSE(begin(*sink, "linked/new", "bytes")->close({}));
  CHECK(files_in(outside.path()) == "secret ");
  // A link in the place of the artifact itself is replaced, not followed.
  store(*sink, "file", "bytes");
  CHECK(read_bytes(outside / "secret") == "secret");
  CHECK(read_bytes(folder / "m1/1/file") == "bytes");
}

TEST_CASE("a pipe in the place of an artifact holds nobody") {
  const TemporaryFolder folder;
  const auto sink = open_directory(folder.path());
  fs::create_directories(folder / "m1/1");
  REQUIRE(::mkfifo((folder / "m1/1/pipe").c_str(), 0600) == 0);
  CHECK(sink->read("file://" + (folder / "m1/1/pipe"), 0, 100, {}).error().code == ErrorCode::not_found);
}

TEST_CASE("a folder that cannot be used is refused at open") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "text");
  const auto code = [](const std::string& path) { return make_directory_artifacts({path}).error().code; };
  CHECK(code("relative") == ErrorCode::invalid_argument);
  CHECK(code("") == ErrorCode::invalid_argument);
  CHECK(code(folder / "file") == ErrorCode::invalid_argument);
  CHECK(code(folder / "file/below") == ErrorCode::not_found);
  CHECK(code("/proc/artifacts") != ErrorCode::unavailable);
}

TEST_CASE("an artifact whose name is taken by a folder is refused, and nothing is left of it") {
  const TemporaryFolder folder;
  const auto sink = open_directory(folder.path());
  store(*sink, "logs/a", "bytes");
  CHECK_FALSE(begin(*sink, "logs", "bytes")->close({}));
  CHECK_FALSE(begin(*sink, "logs/a/b", "bytes")->close({}));
  CHECK(files_in(folder.path()) == "m1/1/logs/a ");
}

TEST_CASE("a full disk leaves no part of an artifact, and the next goes on when there is room") {
  if (::geteuid() != 0) return;  // only root may mount
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path(), "1m");
  const auto sink = open_directory(folder / "artifacts");
  store(*sink, "kept", "bytes");
  {
    auto writer = sink->open({"m1", 1, "large"}, {}, {});
    REQUIRE(writer);
    const auto written = (*writer)->write(as_bytes(std::string(2 << 20, 'x')), {});
    REQUIRE_FALSE(written);
    CHECK(written.error().code == ErrorCode::resource_exhausted);
  }
  CHECK(files_in(folder.path()) == "artifacts/m1/1/kept ");
  store(*sink, "large", std::string(256 << 10, 'x'));
}

TEST_CASE("what a crash left behind is swept after a day, and not before") {
  const TemporaryFolder folder;
  open_directory(folder.path());
  write_bytes(folder / ".partial/old", "x");
  write_bytes(folder / ".partial/new", "x");
  fs::last_write_time(folder / ".partial/old", fs::file_time_type::clock::now() - std::chrono::hours(25));
  open_directory(folder.path());
  CHECK(files_in(folder.path()) == ".partial/new ");
}
