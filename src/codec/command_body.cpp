// SPDX-License-Identifier: Apache-2.0
#include "codec/command_body.hpp"

#include <array>
#include <iterator>

#include "codec/checker.hpp"
#include "codec/host_paths.hpp"
#include "codec/match_file_table.hpp"
#include "codec/run_match.hpp"
#include "codec/values.hpp"
#include "matchrunner/base/ids.hpp"

namespace matchrunner {
namespace codec {

template <>
struct Table<StopCommand> {
  static constexpr std::string_view name = "stop";
  static constexpr auto rows = std::tuple{
      row("match_id", &StopCommand::match, id_shape, "the match to stop", required),
      row("reason", &StopCommand::reason, text(0, 1024, line_form), "for people"),
  };
};

template <>
struct Table<StatusCommand> {
  static constexpr std::string_view name = "status";
  static constexpr auto rows = std::tuple{row("match_id", &StatusCommand::match, id_shape, "the match", required)};
};

template <>
struct Table<ScoreCommand> {
  static constexpr std::string_view name = "score";
  static constexpr auto rows = std::tuple{row("match_id", &ScoreCommand::match, id_shape, "the match", required)};
};

}  // namespace codec

namespace {

using codec::Json;

std::vector<InputFault> under(const std::string& path, std::vector<InputFault> faults) {
  for (InputFault& fault : faults) fault.path = fault.path.empty() ? path : path + "." + fault.path;
  return faults;
}

template <class T>
std::vector<InputFault> read_as(const Json& data, T& value) {
  auto faults = codec::check(data, codec::Outline<T>::shape);
  codec::read(data, codec::Outline<T>::shape, value);
  return faults;
}

std::vector<InputFault> read_run(const Json& data, CommandBody& body) {
  RunCommand run;
  auto faults = read_as(data, run.request);
  for (InputFault& fault : codec::make_absolute(run.request, "")) faults.push_back(std::move(fault));
  body = std::move(run);
  return faults;
}

template <class Named>
std::vector<InputFault> read_named(const Json& data, CommandBody& body) {
  Named named;
  auto faults = read_as(data, named);
  body = std::move(named);
  return faults;
}

// Whoever names something, such as one runner, is not heard as if they had not.
template <class Bare>
std::vector<InputFault> read_bare(const Json& data, CommandBody& body) {
  body = Bare{};
  std::vector<InputFault> faults;
  for (const auto& [name, value] : data.items()) faults.push_back({name, "no field", codec::found_text(value)});
  return faults;
}

std::vector<InputFault> read_run_match(const Json& data, CommandBody& body) {
  if (auto missing = missing_in_run_match(data); !missing.empty()) {
    body = IncompleteCommand{std::move(missing)};
    return {};
  }
  std::vector<InputFault> faults;
  const Json match = match_file_of_run_match(data, faults);
  if (!faults.empty()) return faults;
  faults = read_run(match, body);
  std::get<RunCommand>(body).older = true;
  return faults;
}

std::vector<InputFault> read_kill_match(const Json& data, CommandBody& body) {
  if (data.contains("match_id")) return read_named<StopCommand>(data, body);
  body = IncompleteCommand{{"match_id"}};
  return {};
}

struct CommandRow {
  std::string_view name;
  std::vector<InputFault> (*read)(const Json& data, CommandBody& body);
};
constexpr CommandRow commands[] = {
    {"run", read_run},
    {"stop", read_named<StopCommand>},
    {"status", read_named<StatusCommand>},
    {"score", read_named<ScoreCommand>},
    {"ping", read_bare<PingCommand>},
    {"shutdown", read_bare<ShutdownCommand>},
    {"run_match", read_run_match},
    {"start_match", read_run_match},
    {"kill_match", read_kill_match},
};
constexpr auto command_words = [] {
  std::array<std::string_view, std::size(commands)> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = commands[i].name;
  return words;
}();
constexpr codec::Shape command_shape = codec::one_of(command_words);

constexpr std::array<std::string_view, 2> data_names{"data", "body"};
constexpr codec::Field envelope_fields[] = {
    {"command", command_shape, "what to do", true},
    {"data", codec::any_object_shape, "what to do it with"},
    {"body", codec::any_object_shape, "the same by its older name"},
    {"older", codec::boolean_shape, "true, of run: its asker waits for the texts that older clients know"},
};
constexpr codec::Object envelope{"command", envelope_fields, data_names, false};
constexpr codec::Shape envelope_shape{.kind = codec::Kind::object, .object = &envelope};

}  // namespace

Result<CommandBody> parse_command_body(std::string_view text) {
  Json json;
  auto faults = codec::check_text(text, envelope_shape, json);
  Result<CommandBody> body = CommandBody();
  if (faults.empty()) {
    const std::string name = json.contains("body") ? "body" : "data";
    const Json data = json.value(name, Json::object());
    for (const CommandRow& row : commands)
      if (row.name == json["command"].get_ref<const std::string&>()) faults = under(name, row.read(data, *body));
  }
  if (!faults.empty()) return codec::bad_input(faults, "command");
  if (auto* const run = std::get_if<RunCommand>(&*body)) run->older |= json.value("older", false);
  return body;
}

std::string run_command_text(const RunCommand& run) {
  Json json = {{"command", "run"}, {"data", codec::write_struct(run.request, codec::Defaults::left_out)}};
  if (run.older) json["older"] = true;
  return codec::to_text(json);
}

std::string match_named_in(std::string_view text) {
  Json json;
  if (!codec::check_text(text, codec::any_object_shape, json).empty()) return {};
  for (const auto name : data_names) {
    const auto data = json.find(name);
    if (data == json.end() || !data->is_object()) continue;
    for (const char* field : {"match_id", "id"}) {
      const auto id = data->find(field);
      if (id != data->end() && id->is_string() && is_valid_id(id->get_ref<const std::string&>())) return *id;
    }
  }
  return {};
}

}  // namespace matchrunner
