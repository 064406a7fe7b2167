// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/cgroup.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/sandbox/launcher/text_file.hpp"
#include "base/percent.hpp"

namespace matchrunner::launcher {

Cgroup::~Cgroup() {
  for (const std::string& folder : folders_) ::rmdir(folder.c_str());
}

Failure Cgroup::open(const CgroupPlaces& places, std::size_t seat) {
  for (std::size_t i = 0; i < controller_count; ++i) {
    if (places[i].version == 0) continue;
    const std::string folder = places[i].folder + "/seat-" + std::to_string(seat);
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return failed("mkdir " + folder);
    if (places[i].version == 1 || folders_.empty()) folders_.push_back(folder);
    if (places[i].version == 2 && !version_2_) {
      version_2_.reset(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      write_text((folder + "/memory.oom.group").c_str(), "1");
    }
    has_[i] = true;
    if (static_cast<Controller>(i) == Controller::pids)
      threads_file_ = folder + (places[i].version == 1 ? "/tasks" : "/cgroup.threads");
    for (const CgroupFile& row : cgroup_files) {
      if (row.version != places[i].version || static_cast<std::size_t>(row.controller) != i) continue;
      File& file = files_[static_cast<std::size_t>(row.fact)];
      file.fd.reset(::open((folder + "/" + row.file).c_str(), (row.writable ? O_RDWR : O_RDONLY) | O_CLOEXEC));
      file.row = &row;
    }
    if (places[i].version == 1 && static_cast<Controller>(i) == Controller::memory) {
      if (Failure failure = watch_out_of_memory(folder)) return failure;
    }
  }
  return {};
}

Failure Cgroup::watch_out_of_memory(const std::string& folder) {
  const UniqueFd control(::open((folder + "/memory.oom_control").c_str(), O_RDONLY | O_CLOEXEC));
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!control || !event) return failed("memory.oom_control");
  const std::string line = std::to_string(event.get()) + " " + std::to_string(control.get());
  // Newer kernels may be built without it; then the count of kills tells.
  if (write_text((folder + "/cgroup.event_control").c_str(), line)) oom_event_ = std::move(event);
  return {};
}

Failure Cgroup::enter(pid_t thread) {
  if (version_2_) return {};
  for (const std::string& folder : folders_)
    if (!write_text((folder + "/tasks").c_str(), std::to_string(thread))) return failed("write " + folder + "/tasks");
  return {};
}

void Cgroup::leave(pid_t thread) {
  if (version_2_) return;
  for (const std::string& folder : folders_) write_text((folder + "/../../tasks").c_str(), std::to_string(thread));
}

Failure Cgroup::limit(std::uint64_t memory_bytes, std::uint32_t processes) {
  const std::uint32_t our_own = of_launcher() + 1;  // and the seat's init
  if (has(Controller::pids) && !set(CgroupFact::processes, processes + our_own)) return failed("write pids.max");
  if (!has(Controller::memory)) return {};
  // Version 1 keeps memory + swap at or above memory, so the order depends on the direction.
  const std::optional<std::uint64_t> before = files_[static_cast<std::size_t>(CgroupFact::memory_limit)].written;
  const bool raised = before && *before < memory_bytes;
  const std::uint64_t swap = version_2_ ? 0 : memory_bytes;
  if (raised) set(CgroupFact::swap_limit, swap);
  if (!set(CgroupFact::memory_limit, memory_bytes)) return failed("write memory limit");
  if (!raised) set(CgroupFact::swap_limit, swap);
  files_[static_cast<std::size_t>(CgroupFact::memory_peak)].written.reset();
  set(CgroupFact::memory_peak, 0);
  return {};
}

std::uint64_t Cgroup::without_launcher(std::uint64_t processes) const {
  return processes - std::min<std::uint64_t>(processes, of_launcher());
}

std::uint64_t Cgroup::processes_alive() const {
  if (processes_now() == 0) return 0;
  return without_launcher(split(read_text(threads_file_.c_str()), '\n').size());
}

void Cgroup::clear_out_of_memory_event() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(oom_event_.get(), &count, sizeof count);
}

// The kernel counts the folders of a group as links to it: there is nothing to list where there are none.
void Cgroup::remove_groups_below(Finds& finds) const {
  for (const std::string& folder : folders_) {
    struct stat about {};
    if (::stat(folder.c_str(), &about) != 0 || about.st_nlink <= 2) continue;
    for (const std::string& name : names_in(folder.c_str())) {
      const std::string path = folder + "/" + name;
      if (::stat(path.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) continue;
      if (remove_group(path))
        finds.removed.add("group " + percent_encode(path));
      else
        finds.remaining.add("group " + percent_encode(path) + " (" + std::strerror(errno) + ")");
    }
  }
}

std::uint64_t Cgroup::number(CgroupFact fact) const {
  const File& file = files_[static_cast<std::size_t>(fact)];
  if (!file.fd) return 0;
  char text[1024];
  const ssize_t got = ::pread(file.fd.get(), text, sizeof text - 1, 0);
  if (got <= 0) return 0;
  const std::string_view all(text, static_cast<std::size_t>(got));
  text[got] = '\0';
  const std::string_view key(file.row->key);
  if (key.empty()) return std::strtoull(text, nullptr, 10) * file.row->unit;
  for (const std::string_view line : split(all, '\n')) {
    if (line.size() > key.size() && line.substr(0, key.size()) == key && line[key.size()] == ' ')
      return std::strtoull(line.data() + key.size(), nullptr, 10) * file.row->unit;
  }
  return 0;
}

bool Cgroup::set(CgroupFact fact, std::uint64_t value) {
  File& file = files_[static_cast<std::size_t>(fact)];
  if (!file.fd) return false;
  if (file.written == value) return true;
  const std::string text = std::to_string(value);
  if (::pwrite(file.fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return false;
  file.written = value;
  return true;
}

}  // namespace matchrunner::launcher
