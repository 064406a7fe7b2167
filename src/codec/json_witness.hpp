// SPDX-License-Identifier: Apache-2.0
// JsonWitness: takes the events of the JSON parser, makes no value of them, and ends the parse where JsonBuilder would
// find a fault. For one parse, in one thread.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "codec/json_text.hpp"

namespace matchrunner::codec {

class JsonWitness {
 public:
  explicit JsonWitness(std::size_t max_depth) : max_depth_(max_depth) {}

  // What nlohmann::json::sax_parse calls; false ends the parse.
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const std::string&) { return true; }
  bool string(const std::string&) { return true; }
  bool binary(const Json::binary_t&) { return true; }
  bool start_object(std::size_t) { return open(); }
  bool start_array(std::size_t) { return open(); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) { return names_.back().insert(std::move(name)).second; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

 private:
  bool open() {
    names_.emplace_back();
    return names_.size() <= max_depth_;
  }
  bool close() {
    names_.pop_back();
    return true;
  }

  const std::size_t max_depth_;
  std::vector<std::set<std::string>> names_;  // of the members so far, of each open object; of a list: none
};

}  // namespace matchrunner::codec
