// SPDX-License-Identifier: Apache-2.0
#include "faults/fleet.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "base/digest.hpp"

namespace matchrunner::test {
namespace {

constexpr const char* shared_sink = "shared";

std::string own_sink(int index) { return "own-" + std::to_string(index); }

std::vector<std::string> words_for(const FleetPlan& plan, int index, const std::string& name) {
  std::vector<std::string> words{FLEET_RUNNER,
                                 plan.store_url,
                                 plan.artifacts_url,
                                 plan.folder + "/spool",
                                 name,
                                 std::to_string(plan.slots),
                                 std::to_string(plan.lease.count())};
  for (const std::string& sink : {std::string(shared_sink), own_sink(index)})
    words.push_back(sink + "=file://" + plan.sink_path(sink));
  return words;
}

}  // namespace

std::vector<std::string> FleetPlan::sinks() const {
  std::vector<std::string> names{shared_sink};
  for (int i = 0; i < runners; ++i) names.push_back(own_sink(i));
  return names;
}

FleetRunner::FleetRunner(const FleetPlan& plan, int index)
    : name_("runner-" + std::to_string(index) + "-" + random_hex(3)), log_path_(plan.folder + "/" + name_ + ".log") {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a runner");
  output_.reset(ends[0]);
  const UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const std::vector<std::string> words = words_for(plan, index, name_);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawn(&pid_, FLEET_RUNNER, &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(std::string("cannot start ") + FLEET_RUNNER);
}

bool FleetRunner::works(milliseconds patience) const {
  pollfd readable{output_.get(), POLLIN, 0};
  return ::poll(&readable, 1, static_cast<int>(patience.count())) == 1 && (readable.revents & POLLIN) != 0;
}

void FleetRunner::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  stopped_ = false;
}

void FleetRunner::stop() {
  if (pid_ <= 0 || stopped_) return;
  ::kill(pid_, SIGSTOP);
  int status = 0;
  while (::waitpid(pid_, &status, WUNTRACED) < 0 && errno == EINTR) continue;
  stopped_ = WIFSTOPPED(status);
  if (!stopped_) note_end(status);
}

void FleetRunner::wake() {
  if (pid_ > 0 && stopped_) ::kill(pid_, SIGCONT);
  stopped_ = false;
}

void FleetRunner::note_end(int status) {
  pid_ = -1;
  std::ifstream log(log_path_);
  const std::string last_words((std::istreambuf_iterator<char>(log)), std::istreambuf_iterator<char>());
  end_ = name_ + " ended by itself, status " + std::to_string(status) + ": " + last_words;
}

std::string FleetRunner::ended_by_itself() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) note_end(status);
  return std::exchange(end_, {});
}

}  // namespace matchrunner::test
