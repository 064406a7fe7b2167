// SPDX-License-Identifier: Apache-2.0
#include "faults/places.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace matchrunner::test {
namespace {

// Written whole and renamed: a game never reads half of it.
void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path + ".new") << text;
  std::filesystem::rename(path + ".new", path);
}

}  // namespace

Places::Places(std::string folder, int count) : folder_(std::move(folder)), count_(count) {
  std::filesystem::create_directories(folder_);
  ::chmod(folder_.c_str(), 0755);  // seats have user ids of their own
  write_file(folder_ + "/gate", "");
  for (int i = 0; i < count_; ++i) write_file(folder_ + "/place-" + std::to_string(i), "");

  const std::string path = folder_ + "/reports";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long for a socket: " + path);
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_ || ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("no socket at " + path);
  ::chmod(path.c_str(), 0666);
}

void Places::set_length(const std::string& id, int milliseconds_long) {
  write_file(folder_ + "/length-" + id, std::to_string(milliseconds_long));
}

MatchRequest Places::request(const std::string& id, int milliseconds_long) {
  write_file(folder_ + "/match-" + id, "");
  set_length(id, milliseconds_long);
  MatchRequest request;
  request.id = id;
  Game& game = request.inline_game.emplace();
  game.name = "short";
  game.wiring = Wiring::none;
  game.attempts = 100;
  game.grace_seconds = 0.1;
  Seat& seat = game.seats.emplace_back();
  seat.name = "program";
  seat.command = FLEET_GAME;
  seat.arguments = {folder_, std::to_string(count_)};
  seat.read_only = {folder_, std::filesystem::path(FLEET_GAME).parent_path().string()};
  return request;
}

std::vector<GameReport> Places::take_reports() {
  std::vector<GameReport> reports;
  char text[512];
  while (true) {
    const ssize_t size = ::recv(socket_.get(), text, sizeof text, 0);
    if (size < 0) return reports;
    std::istringstream words(std::string(text, static_cast<std::size_t>(size)));
    GameReport& report = reports.emplace_back();
    std::string alone;
    words >> report.match >> report.place >> alone;
    report.alone = alone == "alone";
  }
}

}  // namespace matchrunner::test
