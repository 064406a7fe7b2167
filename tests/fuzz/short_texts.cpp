// SPDX-License-Identifier: Apache-2.0
// Short texts that come back to us from outside: cursors of lists, times, names and paths of artifacts.
#include <cstring>

#include "codec/time_text.hpp"
#include "domain/artifact_name.hpp"
#include "domain/list_cursor.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  if (const auto place = place_after(text); !place)
    require_error(place.error(), ErrorCode::invalid_argument);
  else
    require(*place ? to_cursor(**place) == text : text.empty(), "a cursor is what we gave", text);

  if (const auto time = codec::time_from(text)) require(to_string(*time) == text, "a time comes back", text);

  if (const auto path = artifact_path("m", size, text))
    require(is_valid_artifact_name(text) && is_artifact_path(*path), "a path is a path", *path);
  else
    require_error(path.error(), ErrorCode::invalid_argument);
  if (is_artifact_path(text))
    require(text.find("/../") == text.npos && text.find('\0') == text.npos, "a path leads nowhere else", text);

  Place place;
  std::int64_t at = 0;
  if (size < sizeof place + sizeof at) return 0;
  std::memcpy(&place, data, sizeof place);
  std::memcpy(&at, data + sizeof place, sizeof at);
  const auto again = place_after(to_cursor(place));
  require(again && *again == place, "every place has a cursor", to_cursor(place));
  const Time time{Time::duration(at)};
  const auto read = codec::time_from(to_string(time));
  require(read && to_string(*read) == to_string(time), "every time has a text", to_string(time));
  return 0;
}
