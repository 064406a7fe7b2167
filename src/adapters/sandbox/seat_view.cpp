// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/seat_view.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/sandbox/view_table.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr int most_links = 40;

bool exists(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0;
}

bool is_runnable_file(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string read_link(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  return size > 0 ? std::string(target, static_cast<std::size_t>(size)) : std::string();
}

// Without ".", ".." and doubled slashes, by text alone.
std::string tidy(const std::string& path) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    if (part == "..") out.erase(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
    if (!part.empty() && part != "." && part != "..") out += "/" + part;
    at = end + 1;
  }
  return out.empty() ? "/" : out;
}

}  // namespace

SeatView::SeatView(const Seat& seat, std::string folder, FileView kind)
    : seat_(seat), folder_(std::move(folder)), kind_(kind) {}

std::string SeatView::working_folder() const {
  const std::string below = seat_.working_folder.value_or("");
  return below.empty() || below == "." ? home() : home() + "/" + below;
}

// Where the seat's `path` is on the host.
std::string SeatView::on_host(const std::string& path) const {
  return own_root() && is_within(path, "/seat") ? folder_ + path : path;
}

bool SeatView::sees(const std::string& host_path) const {
  if (kind_ == FileView::host || is_within(host_path, folder_)) return true;
  for (const std::string& path : seat_.read_only)
    if (is_within(host_path, tidy(path))) return true;
  for (const ViewRow& row : view_rows)
    if (row.kind != ViewKind::with_network && is_within(host_path, row.path)) return true;
  return false;
}

// A link at or above a read_only path is not followed: what it leads to is bound in its place.
bool SeatView::is_bound(const std::string& link, const std::string& whole) const {
  return std::any_of(seat_.read_only.begin(), seat_.read_only.end(), [&](const std::string& read_only) {
    const std::string path = tidy(read_only);
    return is_within(path, link) && is_within(whole, path);
  });
}

// Follows the links of `host_path` as the seat would have to; the first path that it does not see, or nothing.
std::string SeatView::hidden_part(const std::string& host_path) const {
  std::string rest = tidy(host_path);
  std::string done;
  for (int links = 0; !rest.empty() && links <= most_links;) {
    const std::size_t end = rest.find('/', 1);
    std::string next = done + rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end);
    const std::string target = read_link(next);
    if (target.empty() || is_bound(next, next + rest)) {
      done = next;
      continue;
    }
    if (!sees(next)) return next;
    ++links;
    rest = tidy((target[0] == '/' ? target : done + "/" + target) + rest);
    done.clear();
  }
  return sees(done) ? std::string() : done;
}

Error SeatView::not_seen(const std::string& path, const std::string& hidden) const {
  const std::string link = hidden == path ? "" : " (it leads to " + hidden + ")";
  const std::string folder = parent_of(hidden);  // empty: it stands in /
  return Error{ErrorCode::not_found,
               "seat " + seat_.name + ": command " + path + " exists, but the seat cannot see it" + link + ": add " +
                   (folder.empty() ? hidden : folder) + " to its read_only",
               "sandbox"};
}

Result<std::string> SeatView::resolve_path(const std::string& path) const {
  const std::string host_path = on_host(path);
  if (!exists(host_path))
    return Error{ErrorCode::not_found, "seat " + seat_.name + ": command " + path + " does not exist", "sandbox"};
  const std::string hidden = hidden_part(host_path);
  if (!hidden.empty()) return not_seen(path, hidden);
  return path;
}

Result<std::string> SeatView::search_path() const {
  const auto own = seat_.environment.find("PATH");
  const std::string folders(own == seat_.environment.end() ? default_path : std::string_view(own->second));
  Result<std::string> hidden =
      Error{ErrorCode::not_found,
            "seat " + seat_.name + ": command " + *seat_.command + " is not on its PATH " + folders, "sandbox"};
  bool first = true;
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    const std::string path = tidy(folders.substr(at, end - at)) + "/" + *seat_.command;
    at = end + 1;
    if (!is_runnable_file(on_host(path))) continue;
    Result<std::string> found = resolve_path(path);
    if (found) return found;
    if (first) hidden = std::move(found);
    first = false;
  }
  return hidden;
}

Result<std::string> SeatView::resolve_command() const {
  const std::string& command = *seat_.command;
  if (command.find('/') == std::string::npos) return search_path();
  return resolve_path(tidy(command[0] == '/' ? command : working_folder() + "/" + command));
}

}  // namespace matchrunner::sandbox
