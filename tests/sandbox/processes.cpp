// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/digest.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner {
namespace {

struct Status {
  std::string state;
  pid_t parent = 0;
};

Status status_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string pid, name;
  Status status;
  file >> pid >> name >> status.state >> status.parent;
  return status;
}

std::vector<pid_t> marked_now(const std::string& mark) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const UniqueFd file(::open((entry.path() / "cmdline").c_str(), O_RDONLY | O_CLOEXEC));
    std::string command(16384, '\0');
    const ssize_t got = ::read(file.get(), command.data(), command.size());  // fails for one that ends just now
    command.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    const pid_t pid = static_cast<pid_t>(std::stol(name));
    if (command.find(mark) != std::string::npos && pid != ::getpid()) found.push_back(pid);
  }
  return found;
}

}  // namespace

std::string unique_mark() { return "mark-" + random_hex(8); }

std::vector<pid_t> processes_with(const std::string& mark, std::size_t at_least) {
  std::vector<pid_t> found;
  for (int i = 0; i < 6000; ++i) {
    found = marked_now(mark);
    if (found.size() >= at_least) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return found;
}

pid_t parent_of(pid_t process) { return status_of(process).parent; }

bool is_stopped(pid_t process) {
  for (int i = 0; i < 6000; ++i) {
    if (status_of(process).state == "T") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool all_end(const std::vector<pid_t>& processes) {
  return std::all_of(processes.begin(), processes.end(), [](pid_t process) {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    pollfd ended{pidfd.get(), POLLIN, 0};
    return !pidfd || ::poll(&ended, 1, 60000) == 1;
  });
}

}  // namespace matchrunner
