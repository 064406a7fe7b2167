// SPDX-License-Identifier: Apache-2.0
#include "runtime/match_events.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>

#include "matchrunner/json.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds reading_patience{5000};
constexpr std::size_t most_types = 32;  // programs may have as many as they like
constexpr std::string_view last_types[] = {"ended", "fail", "stop", "lapse"};

UniqueFd nameless_file(const std::string& folder) {
  std::string path = folder + "/events-XXXXXX";
  UniqueFd file(::mkostemp(path.data(), O_CLOEXEC));
  if (file) ::unlink(path.c_str());
  return file;
}

// What a full disk does not take is cut off again: no half of a line is sent.
bool append_line(int file, const std::string& line) {
  const off_t end = ::lseek(file, 0, SEEK_END);
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(file, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ::ftruncate(file, end) == 0 && false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

std::vector<Event> MatchEvents::next_events(StateStore& store, std::uint64_t head) {
  std::vector<Event> ours;
  while (!over_ && read_to_ < head) {
    EventQuery query;
    query.after = after_;
    query.kind = "match";
    query.subject = match_;
    const auto page = store.events(query, Context::within(reading_patience));
    if (!page) break;
    for (const Event& event : page->events) {
      if (event.epoch == epoch_) ours.push_back(event);
      const bool last = std::find(std::begin(last_types), std::end(last_types), event.type) != std::end(last_types);
      over_ = over_ || (event.epoch >= epoch_ && last) || event.epoch > epoch_;
    }
    after_ = page->next_after;
    if (page->events.size() < query.limit) read_to_ = head;
  }
  return ours;
}

void MatchEvents::keep(const Event& event) {
  const std::string name = "events/" + event.type;
  if (files_.size() >= most_types && !files_.contains(name)) return;
  const auto [file, added] = files_.try_emplace(name);
  if (added) file->second = nameless_file(folder_);
  if (file->second) append_line(file->second.get(), to_json(event) + "\n");
}

}  // namespace matchrunner
