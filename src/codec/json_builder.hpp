// SPDX-License-Identifier: Apache-2.0
// JsonBuilder: makes a value from the events of the JSON parser, and refuses what a plain parse lets through: nesting
// beyond a depth, and a name that stands twice in one object. For one parse, in one thread.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_text.hpp"

namespace matchrunner::codec {

class JsonBuilder {
 public:
  // Fills `root`, which outlives the builder.
  JsonBuilder(Json& root, std::size_t max_depth) : root_(root), max_depth_(max_depth) {}

  std::vector<InputFault> take_faults() { return std::move(faults_); }

  // What nlohmann::json::sax_parse calls; false ends the parse.
  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t& value) { return add(std::move(value)); }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name);
  bool parse_error(std::size_t position, const std::string& last_token, const nlohmann::detail::exception& error);

 private:
  struct Level {
    Json* container;
    std::set<std::string> names;  // of the members, once they are many
    std::string name;             // of the member to come or, in the levels above the last, of the open one
  };

  static bool is_new(Level& level, const std::string& name);
  bool add(Json value);
  bool open(Json container);
  bool close();
  Json* place(Json value);
  std::string path() const;

  Json& root_;
  std::size_t max_depth_;
  std::vector<Level> levels_;
  std::vector<InputFault> faults_;
};

}  // namespace matchrunner::codec
