// SPDX-License-Identifier: Apache-2.0
#include "codec/host_paths.hpp"

#include <algorithm>
#include <filesystem>

#include "codec/json_text.hpp"

namespace matchrunner::codec {
namespace {

std::string normal(std::string_view path) { return std::filesystem::path(path).lexically_normal().string(); }

// `visit` gets each path that something is taken from, and its field; `path` is that of the seat.
template <class SomeSeat, class Visit>
void visit_taken(SomeSeat& seat, const std::string& path, Visit visit) {
  for (std::size_t i = 0; i < seat.files.size(); ++i)
    if (seat.files[i].source) visit(*seat.files[i].source, path + "files[" + std::to_string(i) + "].source");
  for (std::size_t i = 0; i < seat.read_only.size(); ++i)
    visit(seat.read_only[i], path + "read_only[" + std::to_string(i) + "]");
}

std::string of_seat(const std::string& seats, std::size_t i) { return seats + "[" + std::to_string(i) + "]."; }

class Resolver {
 public:
  explicit Resolver(std::string_view folder) : folder_(folder) {}

  // `path` is that of the seats: "game.seats".
  void make_absolute(std::vector<Seat>& seats, const std::string& path) {
    for (std::size_t i = 0; i < seats.size(); ++i) make_absolute(seats[i], of_seat(path, i));
  }

  std::vector<InputFault> take_faults() { return std::move(faults_); }

 private:
  void make_absolute(Seat& seat, const std::string& path) {
    if (seat.command && seat.command->find('/') != seat.command->npos && !is_own_file(seat, *seat.command))
      make_absolute(*seat.command, path + "command");
    visit_taken(seat, path, [this](std::string& taken, const std::string& field) { make_absolute(taken, field); });
  }

  void make_absolute(std::string& host_path, const std::string& path) {
    if (host_path.starts_with('/')) return;
    if (folder_.empty())
      faults_.push_back({path, "an absolute path", in_quotes(host_path)});
    else
      host_path = seen_from(folder_, host_path);
  }

  std::string_view folder_;
  std::vector<InputFault> faults_;
};

}  // namespace

std::string seen_from(std::string_view folder, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::string all = normal(std::string(folder) + "/" + std::string(path));
  if (all.size() > 1 && all.ends_with('/')) all.pop_back();
  return all;
}

bool is_own_file(const Seat& seat, std::string_view command) {
  if (command.starts_with('/') || command.find('/') == command.npos) return false;
  const std::string inner = normal(seat.working_folder.value_or(".") + "/" + std::string(command));
  return std::any_of(seat.files.begin(), seat.files.end(), [&](const SeatFile& file) { return file.path == inner; });
}

std::vector<InputFault> make_absolute(Game& game, std::string_view folder) {
  Resolver resolver(folder);
  resolver.make_absolute(game.seats, "seats");
  return resolver.take_faults();
}

std::vector<InputFault> make_absolute(MatchRequest& request, std::string_view folder) {
  Resolver resolver(folder);
  if (request.inline_game) resolver.make_absolute(request.inline_game->seats, "game.seats");
  resolver.make_absolute(request.seats, "seats");
  return resolver.take_faults();
}

std::vector<TakenPath> taken_paths(const MatchRequest& request) {
  std::vector<TakenPath> all;
  const auto add = [&](const std::vector<Seat>& seats, const std::string& path) {
    for (std::size_t i = 0; i < seats.size(); ++i)
      visit_taken(seats[i], of_seat(path, i), [&](const std::string& taken, const std::string& field) {
        all.push_back({field, taken});
      });
  };
  if (request.inline_game) add(request.inline_game->seats, "game.seats");
  add(request.seats, "seats");
  return all;
}

}  // namespace matchrunner::codec
