// SPDX-License-Identifier: Apache-2.0
#include "codec/checker.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/nearest.hpp"
#include "codec/path.hpp"

namespace matchrunner::codec {
namespace {

std::size_t depth_of(const Json& json) {
  std::size_t deepest = 0;
  for (const Json& inner : json) deepest = std::max(deepest, inner.is_structured() ? depth_of(inner) : 0);
  return deepest + 1;
}

class Checker {
 public:
  void check(const Json& json, const Shape& shape);
  std::vector<InputFault> take_faults() { return std::move(faults_); }

 private:
  void check_text(const Json& json, const Shape& shape);
  void check_object(const Json& json, const Object& object);
  void check_list(const Json& json, const Shape& shape);
  void check_map(const Json& json, const Shape& shape);
  void check_member(const std::string& name, const Json& value, const Object& object);
  void check_required(const Json& json, const Object& object);
  void check_alternatives(const Json& json, const Object& object);
  void check_different(const Json& json, std::string_view field);

  void fault(std::string expected, std::string found) {
    if (!full()) faults_.push_back({path_.text(), std::move(expected), std::move(found)});
  }
  void mismatch(const Json& json, const Shape& shape) {
    fault(expected_text(shape), shape.secret ? found_kind(json) : found_text(json));
  }
  bool full() const { return faults_.size() >= max_faults; }

  Path path_;
  std::vector<InputFault> faults_;
};

void Checker::check(const Json& json, const Shape& shape) {
  if (full() || (shape.or_null && json.is_null())) return;
  switch (shape.kind) {
    case Kind::boolean:
      if (!json.is_boolean()) mismatch(json, shape);
      return;
    case Kind::number:
    case Kind::integer:
      if (!fits(json, shape)) mismatch(json, shape);
      return;
    case Kind::text:
    case Kind::word:
      return check_text(json, shape);
    case Kind::object:
      return json.is_object() ? check_object(json, *shape.object) : mismatch(json, shape);
    case Kind::any_object:
      if (!json.is_object()) return mismatch(json, shape);
      if (depth_of(json) > max_object_depth)
        fault("at most " + std::to_string(max_object_depth) + " levels of nesting", "more");
      return;
    case Kind::list:
      return check_list(json, shape);
    case Kind::map:
      return check_map(json, shape);
    case Kind::id_or:
      if (json.is_object()) return check(json, *shape.items);
      if (!json.is_string() || !id_form.holds(json.get_ref<const std::string&>())) mismatch(json, shape);
      return;
    case Kind::ignored:
      return;
  }
}

void Checker::check_text(const Json& json, const Shape& shape) {
  if (!json.is_string()) return mismatch(json, shape);
  const auto& text = json.get_ref<const std::string&>();
  if (shape.kind == Kind::word) {
    for (const std::string_view word : shape.words)
      if (word == text) return;
    return mismatch(json, shape);
  }
  const auto size = static_cast<double>(text.size());
  if (size > shape.maximum) return fault(expected_text(shape), std::to_string(text.size()) + " bytes");
  if (size < shape.minimum || !shape.form->holds(text)) mismatch(json, shape);
}

void Checker::check_object(const Json& json, const Object& object) {
  for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
    if (full()) return;
    path_.enter(name);
    check_member(name, value, object);
    path_.leave();
  }
  check_required(json, object);
  check_alternatives(json, object);
}

void Checker::check_member(const std::string& name, const Json& value, const Object& object) {
  for (const Field& field : object.fields)
    if (field.name == name) return check(value, field.shape);
  std::vector<std::string_view> known;
  for (const Field& field : object.fields)
    if (field.shape.kind != Kind::ignored) known.push_back(field.name);
  fault("a known field, such as \"" + std::string(nearest_name(name, known)) + "\"", "an unknown one");
}

void Checker::check_required(const Json& json, const Object& object) {
  for (const Field& field : object.fields) {
    if (!field.required || json.contains(field.name)) continue;
    path_.enter(field.name);
    fault(expected_text(field.shape), "nothing");
    path_.leave();
  }
}

void Checker::check_alternatives(const Json& json, const Object& object) {
  std::string choice;
  std::string found;
  std::size_t count = 0;
  for (const std::string_view name : object.alternatives) {
    choice += (choice.empty() ? "" : ", ") + std::string(name);
    if (!json.contains(name)) continue;
    found += (found.empty() ? "" : " and ") + std::string(name);
    ++count;
  }
  if (count > 1) fault((object.alternative_required ? "one of " : "at most one of ") + choice, found);
  if (count == 0 && object.alternative_required) fault("one of " + choice, "none");
}

void Checker::check_list(const Json& json, const Shape& shape) {
  if (!json.is_array()) return mismatch(json, shape);
  const auto size = static_cast<double>(json.size());
  if (size < shape.minimum || size > shape.maximum) return mismatch(json, shape);
  for (std::size_t i = 0; i < json.size(); ++i) {
    path_.enter(i);
    check(json[i], *shape.items);
    path_.leave();
  }
  if (!shape.different_by.empty()) check_different(json, shape.different_by);
}

void Checker::check_different(const Json& json, std::string_view field) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto member = json[i].is_object() ? json[i].find(field) : json[i].end();
    if (member == json[i].end() || !member->is_string()) continue;
    if (seen.insert(member->get_ref<const std::string&>()).second) continue;
    path_.enter(i);
    path_.enter(field);
    fault("a " + std::string(field) + " of its own", found_text(*member) + " again");
    path_.leave();
    path_.leave();
  }
}

void Checker::check_map(const Json& json, const Shape& shape) {
  if (!json.is_object() || static_cast<double>(json.size()) > shape.maximum) return mismatch(json, shape);
  for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
    path_.enter(name);
    if (shape.form->holds(name))
      check(value, *shape.items);
    else
      fault(std::string(shape.form->name), in_quotes(name));
    path_.leave();
  }
}

}  // namespace

bool fits(const Json& json, const Shape& shape) {
  if (!json.is_number()) return false;
  const double value = json.get<double>();
  const bool high_enough = shape.above_minimum ? value > shape.minimum : value >= shape.minimum;
  return high_enough && value <= shape.maximum && (shape.kind == Kind::number || value == std::floor(value));
}

std::vector<InputFault> check(const Json& json, const Shape& shape) {
  Checker checker;
  checker.check(json, shape);
  return checker.take_faults();
}

std::vector<InputFault> check_text(std::string_view text, const Shape& shape, Json& json, TextBounds bounds) {
  std::vector<InputFault> faults = read_text(text, json, bounds);
  return faults.empty() ? check(json, shape) : faults;
}

std::string one_line(const std::vector<InputFault>& faults, std::string_view what) {
  std::string line;
  for (const InputFault& fault : faults) {
    if (line.empty() && !what.empty()) line = std::string(what) + ": ";
    line += fault.describe();
    if (&fault != &faults.back()) line += "; ";
  }
  return line;
}

Error bad_input(const std::vector<InputFault>& faults, std::string_view what) {
  return Error{ErrorCode::invalid_argument, one_line(faults, what)};
}

}  // namespace matchrunner::codec
