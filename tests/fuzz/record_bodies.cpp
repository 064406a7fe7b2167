// SPDX-License-Identifier: Apache-2.0
// Records of a store that somebody else may have written to: KIND|ID|STATE|BODY.
#include "codec/json_text.hpp"
#include "codec/match_record.hpp"
#include "codec/sink_record.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/json.hpp"

#include <nlohmann/json.hpp>

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

template <class T>
void read_back(const Record& record, Result<T> (*read)(const Record&)) {
  const Result<T> value = read(record);
  if (!value) return require_error(value.error(), ErrorCode::corrupt_data);
  const Record written = to_record(*value);
  const Result<T> again = read(written);
  require(again.has_value(), "what was written can be read", written.body);
  require(to_record(*again) == written, "what was written is what is read", written.body);
  if constexpr (requires { *again == *value; }) require(*again == *value, "nothing is lost", written.body);
  if constexpr (requires { to_json(*value); }) {
    codec::Json json;
    require(to_json(*value).find('\n') == std::string::npos, "what is shown is one line");
    require(codec::read_text(to_json(*value), json, codec::stored_bounds).empty(), "what is shown is JSON");
  }
}

struct Row {
  std::string_view kind;
  void (*read)(const Record& record);
};
constexpr Row rows[] = {
    {"match", [](const Record& record) { read_back<Match>(record, match_from); }},
    {"game", [](const Record& record) { read_back<Game>(record, game_from); }},
    {"sink", [](const Record& record) { read_back<SinkCursor>(record, sink_cursor_from); }},
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = text_of(data, size);
  Record record;
  record.kind = take_until(rest, '|');
  record.id = take_until(rest, '|');
  record.state = take_until(rest, '|');
  record.body = rest;
  for (const Row& row : rows)
    if (row.kind == record.kind) row.read(record);
  return 0;
}
