// SPDX-License-Identifier: Apache-2.0
#include "faults/process_scan.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace matchrunner::test {
namespace {

constexpr const char* name_of_ours = "(matchrunner-lau";  // as far as the kernel keeps it; inits have it too

}  // namespace

Process::Process(int pid) : pid_(pid), pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

bool Process::gone(int patience_ms) const {
  pollfd ended{pidfd_.get(), POLLIN, 0};
  return !pidfd_ || ::poll(&ended, 1, patience_ms) == 1;
}

bool Process::kill() const {
  return !gone() && ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0) == 0;
}

std::map<int, std::string> processes_of_matches(const std::string& id_prefix) {
  const std::string variable = "MATCHRUNNER_MATCH=";
  std::map<int, std::string> processes;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error); entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    const std::string pid = entry->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry->path() / "environ", std::ios::binary);
    const std::string environment((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t at = environment.find(variable + id_prefix);
    if (at == std::string::npos) continue;
    const std::size_t start = at + variable.size();
    processes[std::stoi(pid)] = environment.substr(start, environment.find('\0', start) - start);
  }
  return processes;
}

std::set<std::string> matches_with_processes(const std::string& id_prefix) {
  std::set<std::string> matches;
  for (const auto& [pid, match] : processes_of_matches(id_prefix)) matches.insert(match);
  return matches;
}

std::vector<Holder> holders_of_matches(const std::string& id_prefix) {
  std::map<int, Holder> by_init;
  for (const auto& [pid, match] : processes_of_matches(id_prefix)) {
    std::vector<int> ours;  // going up: the init, then its launcher
    for (int up = pid; up > 1;) {
      std::ifstream file("/proc/" + std::to_string(up) + "/stat");
      std::string line;
      if (!std::getline(file, line)) break;
      if (line.find(name_of_ours) != std::string::npos) ours.push_back(up);
      std::istringstream rest(line.substr(line.rfind(')') + 1));
      std::string state;
      if (!(rest >> state >> up)) break;
    }
    if (ours.size() == 2) by_init[ours[0]] = {ours[0], ours[1]};
  }
  std::vector<Holder> holders;
  for (const auto& [init, holder] : by_init) holders.push_back(holder);
  return holders;
}

}  // namespace matchrunner::test
