// SPDX-License-Identifier: Apache-2.0
// Runs a test program as an ordinary user, from a folder that this user can reach: as_user ID LAUNCHER PROGRAM
// [ARGUMENT...] Who is no root runs it as it is.
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "temporary_folder.hpp"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const matchrunner::TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  for (int i : {2, 3}) std::filesystem::copy(argv[i], folder.path());
  const std::string launcher = folder / std::filesystem::path(argv[2]).filename().string();
  const std::string program = folder / std::filesystem::path(argv[3]).filename().string();
  ::setenv("MATCHRUNNER_LAUNCHER", launcher.c_str(), 1);
  const pid_t child = ::fork();
  if (child == 0) {
    const uid_t uid = static_cast<uid_t>(std::strtoul(argv[1], nullptr, 10));
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(uid) != 0 || ::setuid(uid) != 0)) ::_exit(3);
    ::prctl(PR_SET_DUMPABLE, 1);
    if (::chdir(folder.path().c_str()) != 0) ::_exit(3);
    ::execv(program.c_str(), argv + 3);
    ::_exit(3);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return 3;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}
