// SPDX-License-Identifier: Apache-2.0
// The program of the fleet's matches, which observes the limit itself: fleet_game PLACES COUNT. It takes one of COUNT
// places (places.hpp) by flock, tells which, holds it as long as any process of it is there, and leaves one behind that
// the sandbox has to end. No library of ours: it runs in the sandbox, and without a sanitizer.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

[[noreturn]] void fail(const char* step) {
  std::perror(step);
  std::exit(3);
}

// Without O_CLOEXEC, and never closed: the kernel frees the place when the last process of the match is gone.
int open_place(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY);
  if (fd < 0) fail(path.c_str());
  return fd;
}

bool take(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0; }

// -1: all are taken. Behind a gate, so that nobody can take one while this looks: none free means that all were held
// when it began.
int take_place(const std::string& folder, int count) {
  const int gate = open_place(folder + "/gate");
  while (::flock(gate, LOCK_EX) != 0) continue;
  int place = -1;
  for (int i = 0; i < count && place < 0; ++i) {
    const int fd = open_place(folder + "/place-" + std::to_string(i));
    if (take(fd))
      place = i;
    else
      ::close(fd);
  }
  ::close(gate);
  return place;
}

// A datagram is with the reader even when this process is killed right after.
void tell(const std::string& folder, const std::string& text) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder + "/reports").c_str(), sizeof address.sun_path - 1);
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (::sendto(fd, text.data(), text.size(), 0, to, sizeof address) < 0) fail("report");
  ::close(fd);
}

void write_file(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr || std::fputs(text.c_str(), file) < 0 || std::fclose(file) != 0) fail(path.c_str());
}

void leave_a_process() {
  if (::fork() != 0) return;
  ::setsid();
  ::alarm(120);
  while (true) ::pause();
}

// As the harness says now; it may say something else while this plays.
long wanted_milliseconds(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "r");
  long wanted = 0;
  if (file == nullptr || std::fscanf(file, "%ld", &wanted) != 1) fail(path.c_str());
  std::fclose(file);
  return wanted;
}

long milliseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

void play(const std::string& length_path) {
  const long began = milliseconds_now();
  for (long left = 1; left > 0; left = began + wanted_milliseconds(length_path) - milliseconds_now()) {
    const timespec pause{0, (left < 20 ? left : 20) * 1'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

void line(const char* text) {
  const std::string event = std::string(R"({"type":"progress","text":")") + text + "\"}\n";
  if (::write(std::atoi(std::getenv("MATCHRUNNER_EVENTS")), event.data(), event.size()) < 0) fail("event");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string folder = arguments[1];
  const std::string match = std::getenv("MATCHRUNNER_MATCH");
  const bool alone = take(open_place(folder + "/match-" + match));
  const int place = take_place(folder, std::atoi(arguments[2]));
  leave_a_process();
  tell(folder, match + " " + std::to_string(place) + (alone ? " alone" : " twice"));
  line("begun");

  play(folder + "/length-" + match);
  std::printf("hello from place %d\n", place);
  write_file(std::string(std::getenv("MATCHRUNNER_OUTPUT")) + "/file", std::string(4000, 'x') + match);
  write_file(std::getenv("MATCHRUNNER_RESULT"), R"({"scores": {"program": 1}})");
  line("done");
  return 0;
}
