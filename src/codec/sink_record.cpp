// SPDX-License-Identifier: Apache-2.0
#include "codec/sink_record.hpp"

#include "codec/record_body.hpp"
#include "codec/record_table.hpp"

namespace matchrunner {
namespace codec {

template <>
struct Table<SinkCursor> {
  static constexpr std::string_view name = "sink";
  static constexpr auto rows = std::tuple{
      row("published", &SinkCursor::published, whole(0), "sequence up to which the sink has everything"),
      row("last_error", &SinkCursor::last_error, free_text_shape, "why events wait"),
      row("failures", &SinkCursor::failures, whole(0, std::numeric_limits<std::uint32_t>::max()),
          "tries in a row that failed"),
      row("failing_since", &SinkCursor::failing_since, time_shape, "when the first of them did"),
      row("next_attempt_at", &SinkCursor::next_attempt_at, time_shape, "when the next try is due"),
  };
};

}  // namespace codec

Record to_record(const SinkCursor& cursor) {
  Record record;
  record.kind = "sink";
  record.id = cursor.name;
  record.body = codec::body_of(cursor);
  return record;
}

Result<SinkCursor> sink_cursor_from(const Record& record) {
  auto cursor = codec::read_body<SinkCursor>(record);
  if (cursor) cursor->name = record.id;
  return cursor;
}

}  // namespace matchrunner
