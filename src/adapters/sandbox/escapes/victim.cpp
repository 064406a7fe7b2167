// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/escapes/victim.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

void write_file(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  [[maybe_unused]] const ssize_t written = ::write(file.get(), text.data(), text.size());
}

Victim self() {
  char folder[PATH_MAX];
  return {::getcwd(folder, sizeof folder) == nullptr ? "" : folder, variable("TMPDIR"), variable("MATCHRUNNER_OUTPUT"),
          ::getpid()};
}

void lay_out_files(const Victim& self) {
  for (const std::string& folder : {self.folder, self.temporary, self.output, std::string("/dev/shm")})
    write_file((folder + "/victim").c_str(), "secret");
}

UniqueFd listen_on_port() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(victim_port);
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0) ::listen(socket.get(), 1);
  return socket;
}

UniqueFd listen_on_name(const std::string& name) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un own{};
  own.sun_family = AF_UNIX;
  std::memcpy(own.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0) ::listen(socket.get(), 1);
  return socket;
}

// MATCHRUNNER_SEATS has one player here: [{..., "read_fd": N, ..., "write_fd": M}].
int descriptor(const char* field) {
  const char* const seats = std::getenv("MATCHRUNNER_SEATS");
  const char* const at = seats != nullptr ? std::strstr(seats, field) : nullptr;
  return at != nullptr ? number_of(std::strpbrk(at, "0123456789")) : -1;
}

// As a JSON text; what could end or confuse it becomes a blank.
std::string quoted(const std::string& text) {
  std::string plain = "\"";
  for (const char c : text) plain += c >= ' ' && c < 127 && c != '"' && c != '\\' ? c : ' ';
  return plain + "\"";
}

}  // namespace

std::string line_of(int fd) {
  std::string line;
  char next = 0;
  while (line.size() < 1000) {
    const ssize_t got = ::read(fd, &next, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || next == '\n') break;
    line += next;
  }
  return line;
}

Victim parse_victim(const std::string& line) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find('\t', at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  if (fields.size() != 4) return {};
  return {fields[0], fields[1], fields[2], static_cast<pid_t>(number_of(fields[3]))};
}

int be_victim(const std::string& token) {
  const Victim own = self();
  lay_out_files(own);
  const UniqueFd port = listen_on_port();
  const UniqueFd name = listen_on_name("victim-" + token);
  const int memory = ::shmget(victim_key, 4096, IPC_CREAT | 0666);
  const int messages = ::msgget(victim_key, IPC_CREAT | 0666);
  // The attempt begins when all of this is there.
  const std::string line =
      own.folder + "\t" + own.temporary + "\t" + own.output + "\t" + std::to_string(own.process) + "\n";
  if (::write(descriptor("write_fd"), line.data(), line.size()) != static_cast<ssize_t>(line.size())) return 1;
  const std::string finding = line_of(descriptor("read_fd"));
  ::shmctl(memory, IPC_RMID, nullptr);
  ::msgctl(messages, IPC_RMID, nullptr);
  const std::string result = "{\"scores\": {}, \"finding\": " + quoted(finding) + "}";
  const char* const path = std::getenv("MATCHRUNNER_RESULT");
  if (path == nullptr) return 1;
  write_file(path, result);
  return 0;
}

}  // namespace matchrunner::escapes
