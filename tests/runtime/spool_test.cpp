// SPDX-License-Identifier: Apache-2.0
// What is read of the files that untrusted programs leave in the spool.
#include "runtime/spool.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "deep_tree.hpp"
#include "matchrunner/domain/match_plan.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

std::string tail_of(const std::string& content) {
  const TemporaryFolder folder;
  const std::string run = folder.path() + "/run";
  REQUIRE(make_run_folder(run));
  std::ofstream(run + "/logs/white.stderr", std::ios::binary) << content;
  return log_tail(run, "logs/white.stderr");
}

std::string lines(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("the tail of a log is its last lines, at most 10 and 1 KiB, whole where they can be") {
  CHECK(tail_of("").empty());
  CHECK(tail_of("no end of line") == "no end of line");
  CHECK(tail_of(lines(1, 10)) == lines(1, 10));
  CHECK(tail_of(lines(1, 25)) == lines(16, 25));
  CHECK(tail_of(lines(1, 5000) + "the last") == lines(4992, 5000) + "the last");
  CHECK(tail_of(std::string(5000, 'x')) == std::string(1024, 'x'));
  CHECK(tail_of(std::string(2000, 'x') + "\nshort\n") == "short\n");
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) umlauts += "\xC3\xA4";
  CHECK(tail_of(umlauts + "!") == umlauts.substr(0, 1022) + "!");
}

TEST_CASE("of too many files in the output some are artifacts, besides the logs") {
  const TemporaryFolder folder;
  const std::string run = folder.path() + "/run";
  REQUIRE(make_run_folder(run));
  std::filesystem::create_directory(run + "/output/below");
  std::ofstream(run + "/logs/white.stderr").put('x');
  std::ofstream(run + "/result.json").put('x');
  for (std::size_t i = 0; i < max_output_files; ++i)  // names of one file cost little to make
    std::filesystem::create_hard_link(run + "/result.json",
                                      run + (i % 2 == 0 ? "/output/" : "/output/below/") + std::to_string(i));
  auto artifacts = spooled_artifacts(run).value();
  CHECK(artifacts.names.size() == max_output_files + 2);
  CHECK_FALSE(artifacts.more);
  std::ofstream(run + "/output/one-more").put('x');
  artifacts = spooled_artifacts(run).value();
  CHECK(artifacts.names.size() == max_output_files + 2);
  CHECK(artifacts.more);
}

TEST_CASE("there is no tail of what is no log") {
  const TemporaryFolder folder;
  const std::string run = folder.path() + "/run";
  REQUIRE(make_run_folder(run));
  CHECK(log_tail(run, "logs/white.stderr").empty());
  std::filesystem::create_symlink("/etc/passwd", run + "/logs/white.stderr");
  CHECK(log_tail(run, "logs/white.stderr").empty());
}

TEST_CASE("a run's folder is removed however deep its seats have nested theirs, and what remains is named") {
  const TemporaryFolder folder;
  const std::string run = folder.path() + "/run";
  REQUIRE(make_run_folder(run));
  nest(run + "/work", 3000);
  const FewDescriptors few(64);
  CHECK(remove_run_folder(run));
  CHECK(!std::filesystem::exists(run));
  CHECK(remove_run_folder(run));
  const auto nowhere = remove_run_folder("/proc/self/task");
  REQUIRE(!nowhere);
  CHECK(nowhere.error().message.rfind("cannot remove /proc/", 0) == 0);
}
