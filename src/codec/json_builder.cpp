// SPDX-License-Identifier: Apache-2.0
#include "codec/json_builder.hpp"

#include <algorithm>

#include "codec/path.hpp"

namespace matchrunner::codec {
namespace {

constexpr std::size_t few = 16;       // names that are found faster one after the other than in a set
constexpr int number_overflow = 406;  // nlohmann's id of that error

}  // namespace

bool JsonBuilder::is_new(Level& level, const std::string& name) {
  const auto& members = level.container->get_ref<const Json::object_t&>();
  if (members.size() < few)
    return std::none_of(members.begin(), members.end(), [&](const auto& member) { return member.first == name; });
  if (level.names.empty())
    for (const auto& member : members) level.names.insert(member.first);
  return level.names.insert(name).second;
}

bool JsonBuilder::key(std::string& name) {
  Level& level = levels_.back();
  const bool first = is_new(level, name);
  level.name = std::move(name);
  if (first) return true;
  faults_.push_back({path(), "one value", "a second one"});
  return faults_.size() < max_faults;
}

bool JsonBuilder::parse_error(std::size_t, const std::string& last_token, const nlohmann::detail::exception& error) {
  if (error.id == number_overflow) {
    const bool below = last_token.starts_with('-');
    faults_.push_back({path(), below ? "a number above -1.8e308" : "a number below 1.8e308",
                       below ? "a smaller one" : "a larger one"});
    return false;
  }
  // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
  std::string_view what = error.what();
  if (const auto end = what.find("] "); end != what.npos) what.remove_prefix(end + 2);
  constexpr std::string_view prefix = "parse error at ";
  if (what.starts_with(prefix)) what.remove_prefix(prefix.size());
  what = what.substr(0, what.find("; last read: "));  // the text that is broken may be a secret
  std::string found;
  for (const char c : what.substr(0, 200)) found += c >= ' ' && c <= '~' ? c : '?';
  faults_.push_back({"", "JSON text", std::move(found)});
  return false;
}

bool JsonBuilder::add(Json value) {
  place(std::move(value));
  return true;
}

bool JsonBuilder::open(Json container) {
  if (levels_.size() >= max_depth_) {
    faults_.push_back({path(), "at most " + std::to_string(max_depth_) + " levels of nesting", "more"});
    return false;
  }
  Json* const placed = place(std::move(container));
  if (placed->is_object()) placed->get_ref<Json::object_t&>().reserve(few / 2);
  levels_.push_back({placed, {}, {}});
  return true;
}

bool JsonBuilder::close() {
  levels_.pop_back();
  return true;
}

Json* JsonBuilder::place(Json value) {
  if (levels_.empty()) return &(root_ = std::move(value));
  Level& level = levels_.back();
  if (level.container->is_array()) {
    level.container->push_back(std::move(value));
    return &level.container->back();
  }
  // Past ordered_map's own search for the name, which is linear: key() has done it.
  Json::object_t::Container& members = level.container->get_ref<Json::object_t&>();
  members.emplace_back(level.name, std::move(value));
  return &members.back().second;
}

std::string JsonBuilder::path() const {
  Path path;
  for (const Level& level : levels_) {
    if (!level.container->is_array())
      path.enter(level.name);
    else
      path.enter(level.container->size() - (&level == &levels_.back() ? 0 : 1));
  }
  return path.text();
}

}  // namespace matchrunner::codec
