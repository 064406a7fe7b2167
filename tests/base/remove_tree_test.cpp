// SPDX-License-Identifier: Apache-2.0
// Trees as hostile programs leave them, removed by root and by an ordinary user.
#include "base/remove_tree.hpp"

#include <grp.h>
#include <sys/wait.h>

#include <fstream>
#include <functional>

#include "catch.hpp"
#include "deep_tree.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
namespace fs = std::filesystem;

namespace {

constexpr uid_t ordinary_user = 61237;

// In a process of its own, as an ordinary user where root runs the tests. `act` tells whether all went well.
bool as_ordinary_user(const std::function<bool()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool became = ::geteuid() != 0 ||
                        (::setgroups(0, nullptr) == 0 && ::setgid(ordinary_user) == 0 && ::setuid(ordinary_user) == 0);
    ::_exit(became && act() ? 0 : 1);
  }
  int status = 1;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

// A folder that the ordinary user may fill.
std::string open_folder_in(const TemporaryFolder& folder) {
  const std::string path = folder / "theirs";
  fs::create_directory(path);
  ::chmod(folder.path().c_str(), 0777);
  ::chmod(path.c_str(), 0777);
  return path;
}

bool is_there(const std::string& path) { return fs::exists(fs::symlink_status(path)); }

}  // namespace

TEST_CASE("a tree is removed that is deeper than descriptors and paths go") {
  const TemporaryFolder folder;
  const std::string tree = folder / "tree";
  fs::create_directory(tree);
  const std::string long_name(200, 'n');
  const UniqueFd innermost = nest(tree, 3000, long_name);
  const UniqueFd file(::openat(innermost.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const FewDescriptors few(32);
  const auto remains = remove_tree(tree);
  CHECK(!remains);
  CHECK(!is_there(tree));
}

TEST_CASE("branches and files on every level go with it") {
  const TemporaryFolder folder;
  const std::string tree = folder / "tree";
  for (const char* branch : {"a", "b", "c"}) {
    std::string at = tree;
    for (int i = 0; i < 5; ++i) {
      at += std::string("/") + branch;
      fs::create_directories(at + "/d/e");
      for (int k = 0; k < 300; ++k) std::ofstream(at + "/" + std::to_string(k)) << k;
      fs::create_directories(at + "/f" + std::to_string(i) + "/g");
    }
  }
  CHECK(!remove_tree(tree));
  CHECK(!is_there(tree));
}

TEST_CASE("nothing is removed where there is nothing, and a file is its own tree") {
  const TemporaryFolder folder;
  CHECK(!remove_tree(folder / "nothing"));
  CHECK(!remove_tree(folder / "nor/here"));
  std::ofstream(folder / "file") << "x";
  CHECK(!remove_tree(folder / "file"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("links are removed, and what they lead to stays") {
  const TemporaryFolder folder;
  const std::string outside = folder / "outside";
  fs::create_directories(outside + "/kept");
  std::ofstream(outside + "/kept/file") << "x";
  const std::string tree = folder / "tree";
  fs::create_directories(tree + "/a");
  fs::create_directory_symlink(outside, tree + "/link");
  fs::create_directory_symlink("../../outside/kept", tree + "/a/link");
  fs::create_symlink(outside + "/kept/file", tree + "/a/file");
  fs::create_directory_symlink(tree, folder / "to_tree");
  CHECK(!remove_tree(folder / "to_tree"));
  CHECK(is_there(tree + "/link"));
  CHECK(!remove_tree(tree));
  CHECK(!is_there(tree));
  CHECK(is_there(outside + "/kept/file"));
}

TEST_CASE("folders that are closed to their owner are removed by him, and by root") {
  for (const bool by_root : {false, true}) {
    if (by_root && ::geteuid() != 0) continue;
    const TemporaryFolder folder;
    const std::string theirs = open_folder_in(folder);
    for (const mode_t mode : {0U, 0100U, 0200U, 0300U, 0400U, 0500U, 0600U}) {
      const std::string tree = theirs + "/tree";
      CAPTURE(by_root, mode);
      REQUIRE(as_ordinary_user([&] {
        fs::create_directories(tree + "/a/b/c");
        std::ofstream(tree + "/a/b/file") << "x";
        for (const char* below : {"/a/b/c", "/a/b", "/a", ""}) ::chmod((tree + below).c_str(), mode);
        return true;
      }));
      if (by_root)
        CHECK(!remove_tree(tree));
      else
        CHECK(as_ordinary_user([&] { return !remove_tree(tree); }));
      CHECK(!is_there(tree));
    }
  }
}

TEST_CASE("a deep tree of closed folders is removed with few descriptors") {
  const TemporaryFolder folder;
  const std::string theirs = open_folder_in(folder);
  CHECK(as_ordinary_user([&] {
    {
      UniqueFd at = nest(theirs, 2000);
      for (int i = 0; i < 2000; ++i) {
        const UniqueFd up(::openat(at.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        ::fchmod(at.get(), 0);
        at.reset(::dup(up.get()));
      }
    }
    const FewDescriptors few(32);
    return !remove_tree(theirs + "/deeper");
  }));
  CHECK(fs::is_empty(theirs));
}

TEST_CASE("what cannot be removed is named, and all else is gone") {
  if (::geteuid() != 0) return;  // nobody else can give files away
  const TemporaryFolder folder;
  const std::string theirs = open_folder_in(folder);
  const std::string tree = theirs + "/tree";
  fs::create_directories(tree + "/a/stays\n/x");
  fs::create_directories(tree + "/b/c");
  for (int i = 0; i < 100; ++i) std::ofstream(tree + "/a/" + std::to_string(i)) << i;
  for (const char* given : {"", "/a", "/b", "/b/c"})
    REQUIRE(::chown((tree + given).c_str(), ordinary_user, ordinary_user) == 0);
  CHECK(as_ordinary_user([&] {
    const auto remains = remove_tree(tree);
    return remains && remains->error_number == EACCES && remains->path == tree + "/a/stays%0A/x";
  }));
  CHECK(is_there(tree + "/a/stays\n/x"));
  CHECK(!is_there(tree + "/b"));
  CHECK(std::distance(fs::directory_iterator(tree + "/a"), fs::directory_iterator()) == 1);
}
