// SPDX-License-Identifier: Apache-2.0
// Taking more than a seat may have: memory, processes, time, files, output.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;
constexpr int far_more = 64;  // times what a seat of the kit may have of something

// The kit's seats have 64 MiB; memory counts once it is written to.
bool take_memory(std::size_t bytes, int flags) {
  void* const at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return false;
  std::memset(at, 1, bytes);
  return true;
}

Finding take_all_memory(int flags) {
  for (int taken = 0; taken < 1024; taken += 8)
    if (!take_memory(8 * mebibyte, flags)) return held("no more than " + std::to_string(taken) + " MiB");
  return broke("took 1 GiB of memory");
}
Finding memory_bomb(const Bait&) { return take_all_memory(MAP_PRIVATE); }
Finding shared_memory_bomb(const Bait&) { return take_all_memory(MAP_SHARED); }

// Each child below the limit of a process, all together far above that of the seat.
Finding memory_of_many(const Bait&) {
  int ends[2];
  if (::pipe(ends) != 0) return not_applicable("no pipe");
  int started = 0;
  for (; started < 12; ++started) {
    const pid_t child = ::fork();
    if (child < 0) break;
    if (child > 0) continue;
    const char done = take_memory(40 * mebibyte, MAP_PRIVATE) ? '+' : '-';
    [[maybe_unused]] const ssize_t told = ::write(ends[1], &done, 1);
    while (true) ::pause();
  }
  ::close(ends[1]);
  int took = 0;
  char done = 0;
  for (int i = 0; i < started && ::read(ends[0], &done, 1) == 1; ++i) took += done == '+' ? 1 : 0;
  // Where the host has no cgroups the launcher looks ten times a second.
  for (int wait = 0; wait < 20; ++wait) ::usleep(100000);
  return took > 2 ? broke(std::to_string(took) + " processes took 40 MiB each")
                  : held("no more than " + std::to_string(took) + " got 40 MiB");
}

Finding fill_folder(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return not_applicable(path + ": " + std::strerror(errno));
  static char block[mebibyte];
  ::signal(SIGXFSZ, SIG_IGN);
  for (int written = 0; written < 1024; ++written)
    if (::write(file.get(), block, sizeof block) != static_cast<ssize_t>(sizeof block))
      return held("no more than " + std::to_string(written) + " MiB: " + std::strerror(errno));
  ::unlink(path.c_str());
  return broke("wrote 1 GiB into one file");
}
Finding fill_temporary(const Bait&) { return fill_folder(variable("TMPDIR") + "/large"); }
Finding fill_shared_memory(const Bait&) { return fill_folder("/dev/shm/large"); }
Finding fill_own_folder(const Bait&) { return fill_folder("large"); }

Finding memory_file(const Bait&) {
  const UniqueFd file(::memfd_create("large", MFD_CLOEXEC));
  static char block[mebibyte];
  ::signal(SIGXFSZ, SIG_IGN);
  for (int written = 0; written < 1024; ++written)
    if (::write(file.get(), block, sizeof block) != static_cast<ssize_t>(sizeof block))
      return held("no more than " + std::to_string(written) + " MiB");
  return broke("took 1 GiB in a file in memory");
}

// The kit's seats have 200 files and 8 MiB of disk, and a second of a processor.
Finding fill_with_files(const std::string& folder, std::size_t bytes) {
  static char block[65536];
  const std::string inner = folder + "/many";
  if (::mkdir(inner.c_str(), 0700) != 0) return not_applicable("no folder can be made in " + folder);
  for (int i = 0;; ++i) {
    const UniqueFd file(::open((inner + "/" + std::to_string(i)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file || ::write(file.get(), block, bytes) < 0) return held("no more than " + std::to_string(i) + " files");
  }
}
Finding many_files(const Bait&) { return fill_with_files(variable("TMPDIR"), 0); }
Finding many_files_in_seat(const Bait&) { return fill_with_files(".", 0); }
Finding much_in_seat(const Bait&) { return fill_with_files(".", 65536); }

// Each is open and has lost its name.
Finding fill_with_nameless(const Bait&) {
  static char block[mebibyte];
  while (true) {
    const int file = ::open("nameless", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ::write(file, block, sizeof block) < 0 || ::unlink("nameless") != 0) break;
  }
  while (true) ::pause();
}

Finding make_deep_folders(const std::string& folder) {
  if (::chdir(folder.c_str()) != 0) return not_applicable("there is no " + folder);
  for (int depth = 0;; ++depth)
    if (::mkdir("d", 0700) != 0 || ::chdir("d") != 0) return held("no deeper than " + std::to_string(depth));
}
Finding deep_folders(const Bait&) { return make_deep_folders(variable("TMPDIR")); }
Finding deep_folders_in_seat(const Bait&) { return make_deep_folders("."); }

// A file of 1 TiB that takes no room until somebody copies it.
Finding sparse_file(const Bait&) {
  ::signal(SIGXFSZ, SIG_IGN);
  const UniqueFd file(::open("sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  return must_fail("ftruncate to 1 TiB", ::ftruncate(file.get(), off_t{1} << 40));
}

// The kit's seats have 16 processes.
Finding fork_bomb(const Bait&) {
  int started = 0;
  for (; started < 16 * far_more; ++started) {
    const pid_t child = ::fork();
    if (child < 0) return held("no more than " + std::to_string(started) + " processes");
    if (child == 0) {
      ::close(STDOUT_FILENO);
      while (true) ::pause();
    }
  }
  return broke("started " + std::to_string(started) + " processes");
}

// Every process starts two and ends: there are never many at once, for as long as nobody counts.
Finding fork_storm(const Bait&) {
  if (::fork() == 0) {
    ::close(STDOUT_FILENO);
    while (true) ::fork();
  }
  while (true) ::pause();
}

// The kit's seats have 64 open files.
Finding open_files(const Bait&) {
  for (int count = 0; count < 64 * far_more; ++count)
    if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return held("no more than " + std::to_string(count) + " files");
  return broke("opened thousands of files");
}

[[noreturn]] void spin() {
  while (true) __asm__ volatile("");
}

Finding burn(const Bait&) { spin(); }

// Its children burn, as daemons that nobody waits for.
Finding burn_elsewhere(const Bait&) {
  for (int i = 0; i < 2; ++i) {
    if (::fork() != 0) continue;
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    spin();
  }
  while (true) ::pause();
}

Finding sleep_on(const Bait&) {
  ::signal(SIGTERM, SIG_IGN);
  while (true) ::pause();
}

Finding stand_still(const Bait&) {
  ::raise(SIGSTOP);
  return broke("it was woken up");
}

// Floods its log; the referee's pipe is its stdout, so that it is stderr which is kept.
Finding flood_log(const Bait&) {
  static char block[mebibyte];
  for (std::size_t i = 0; i < sizeof block; ++i) block[i] = i % 80 == 79 ? '\n' : 'x';
  for (int i = 0; i < far_more; ++i)
    if (::write(STDERR_FILENO, block, sizeof block) < 0) return held("its log was closed");
  return undecided("wrote 64 MiB to its log");
}

// A pipe that nobody reads must hold up the seat alone.
Finding flood_referee(const Bait&) {
  char block[4096];
  std::memset(block, ' ', sizeof block);
  ::fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
  for (int i = 0; i < 1024; ++i)
    if (::write(STDOUT_FILENO, block, sizeof block) < 0) break;
  return held("the referee went on");
}

Finding close_everything(const Bait&) {
  for (int fd = 0; fd < 1024; ++fd) ::close(fd);
  return held("");
}

Finding lock_memory(const Bait&) {
  constexpr std::size_t much = 32 * mebibyte;
  void* const at = ::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return must_fail("mlock of 32 MiB", at == MAP_FAILED ? -1 : ::mlock(at, much));
}

}  // namespace

std::span<const Attempt> limits() {
  static constexpr Attempt attempts[] = {
      {"memory-bomb", "takes memory without end", "", memory_bomb, "memory"},
      {"shared-memory-bomb", "takes shared memory without end", "", shared_memory_bomb, "memory"},
      {"memory-of-many", "takes memory with many processes", "", memory_of_many, "memory"},
      {"memory-file", "takes memory as a file without a name", "", memory_file, "memory"},
      {"lock-memory", "keeps memory from being swapped", "", lock_memory},
      {"fill-tmp", "fills its folder for temporary files with one file", "", fill_temporary, "memory"},
      {"fill-shm", "fills /dev/shm", "", fill_shared_memory, "memory"},
      {"fill-folder", "fills its own folder with one file", "", fill_own_folder},
      {"sparse-file", "makes a file that is larger than the disk", "", sparse_file},
      {"many-files", "makes files without end in its folder for temporary files", "", many_files,
       "memory output_limit"},
      {"many-files-in-seat", "makes files without end in its own folder", "", many_files_in_seat, "output_limit"},
      {"fill-seat", "fills its own folder with many files", "", much_in_seat, "output_limit"},
      {"fill-nameless", "fills its own folder with files that lose their names", "", fill_with_nameless,
       "output_limit"},
      {"deep-folders", "makes folders in folders without end in its folder for temporary files", "", deep_folders,
       "memory output_limit timeout"},
      {"deep-folders-in-seat", "makes folders in folders without end in its own folder", "", deep_folders_in_seat,
       "output_limit"},
      {"fork-bomb", "starts processes without end", "", fork_bomb},
      {"fork-storm", "starts processes that start processes", "", fork_storm, "timeout memory"},
      {"open-files", "opens files without end", "", open_files},
      {"burn", "uses its processor without end", "", burn, "timeout"},
      {"burn-elsewhere", "uses processors by daemons", "", burn_elsewhere, "timeout"},
      {"sleep", "never answers, and ignores SIGTERM", "", sleep_on, "timeout"},
      {"stand-still", "stops itself", "", stand_still, "timeout"},
      {"flood-log", "prints without end", "", flood_log, "truncated"},
      {"flood-referee", "fills the pipe to the referee", "", flood_referee, "ok"},
      {"close-everything", "closes all it was given, and goes", "", close_everything, "ok"},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
