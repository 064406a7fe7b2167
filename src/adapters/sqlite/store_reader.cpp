// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/store_reader.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/sqlite/query.hpp"

namespace matchrunner {

struct StoreReader::Part {
  std::optional<std::string> state;
  const char* range = "";  // SQL; its parameters are the two below
  std::optional<std::int64_t> priority;
  std::optional<std::int64_t> sequence;
};

namespace {

// What narrows a list: the index that serves it (first asked for wins), and its condition.
struct Filter {
  bool (*asked)(const RecordQuery& query);
  const char* index;
  const char* condition;
  void (*bind)(Query& sql, const RecordQuery& query, const LeaseNow& now);
};
constexpr auto nothing = [](Query&, const RecordQuery&, const LeaseNow&) {};

constexpr Filter filters[] = {
    {[](const RecordQuery& query) { return query.unique_key && !query.unique_key->empty(); }, "record_unique",
     " AND unique_key = ?", [](Query& sql, const RecordQuery& query, const LeaseNow&) { sql.bind(*query.unique_key); }},
    {[](const RecordQuery& query) { return query.unique_key && query.unique_key->empty(); }, nullptr,
     " AND unique_key IS NULL", nothing},
    {[](const RecordQuery& query) { return query.lapsed; }, "record_held",
     " AND holder <> '' AND (lease_boot <> ? OR lease_until <= ?)",
     [](Query& sql, const RecordQuery&, const LeaseNow& now) {
       sql.bind(now.boot).bind(std::int64_t{now.at.time_since_epoch().count()});
     }},
    {[](const RecordQuery& query) { return query.due_before.has_value(); }, "record_due", " AND due_at <= ?",
     [](Query& sql, const RecordQuery& query, const LeaseNow&) {
       sql.bind(std::int64_t{query.due_before->time_since_epoch().count()});
     }},
    {[](const RecordQuery& query) { return query.subject && !query.subject->empty(); }, "record_subject",
     " AND subject = ? AND subject <> ''",
     [](Query& sql, const RecordQuery& query, const LeaseNow&) { sql.bind(*query.subject); }},
    {[](const RecordQuery& query) { return query.subject && query.subject->empty(); }, nullptr, " AND subject = ''",
     nothing},
    {[](const RecordQuery& query) { return query.scope.has_value(); }, nullptr, " AND scope = ?",
     [](Query& sql, const RecordQuery& query, const LeaseNow&) { sql.bind(*query.scope); }},
};

// Which index serves a part is never left to the planner: it knows nothing of how few records are held or due.
std::string list_sql(const RecordQuery& query, bool by_state, const char* range) {
  const char* index = by_state ? "record_state" : "record_order";
  std::string conditions;
  bool chosen = false;
  for (const Filter& filter : filters) {
    if (!filter.asked(query)) continue;
    conditions += filter.condition;
    if (chosen || filter.index == nullptr) continue;
    index = filter.index;
    chosen = true;
  }
  return select_record() + " INDEXED BY " + index + " WHERE kind = ?" + conditions +
         (by_state ? " AND state = ?" : "") + range + " ORDER BY priority DESC, sequence LIMIT ?";
}

std::string events_sql(const EventQuery& query) {
  return std::string("SELECT sequence, at, kind, subject, epoch, type, body FROM event ") +
         (query.subject ? "INDEXED BY event_subject" : "NOT INDEXED") + " WHERE sequence > ? AND sequence <= ?" +
         (query.kind ? " AND kind = ?" : "") + (query.subject ? " AND subject = ?" : "") + " ORDER BY sequence LIMIT ?";
}

Event read_event(const Query& row) {
  Event event;
  std::int64_t sequence = 0, at = 0, epoch = 0;
  row.read(0, sequence);
  row.read(1, at);
  row.read(2, event.kind);
  row.read(3, event.subject);
  row.read(4, epoch);
  row.read(5, event.type);
  row.read(6, event.body);
  event.sequence = static_cast<std::uint64_t>(sequence);
  event.at = Time(std::chrono::microseconds(at));
  event.epoch = static_cast<std::uint64_t>(epoch);
  return event;
}

}  // namespace

Result<std::optional<Record>> StoreReader::find(const RecordKey& key, const Context& context) {
  static const std::string sql = select_record() + " WHERE kind = ? AND id = ?";
  const Lock lock(mutex_);
  const Connection::Use use(*connection_, context);
  if (!use.ready()) return use.ready().error();
  const Connection::Scope scope(*connection_, context);
  Query query(*connection_, sql);
  const auto found = query.bind(key.kind).bind(key.id).step();
  if (!found) return found.error();
  if (!*found) return std::optional<Record>();
  return std::optional<Record>(record_of(read_row(query), {boot_, BootClock::now()}));
}

Result<void> StoreReader::read_part(const RecordQuery& query, const Part& part, const LeaseNow& now,
                                    std::vector<Record>& records) {
  Query sql(*connection_, list_sql(query, part.state.has_value(), part.range));
  sql.bind(query.kind);
  for (const Filter& filter : filters)
    if (filter.asked(query)) filter.bind(sql, query, now);
  if (part.state) sql.bind(*part.state);
  if (part.priority) sql.bind(*part.priority);
  if (part.sequence) sql.bind(*part.sequence);
  sql.bind(std::int64_t{query.limit} + 1);  // one more than asked for: it tells whether there is a next page
  while (true) {
    const auto row = sql.step();
    if (!row) return row.error();
    if (!*row) return {};
    records.push_back(record_of(read_row(sql), now));
  }
}

// Every part gives its first records, in order; together they hold the first of the whole list.
Result<std::vector<Record>> StoreReader::read_parts(const RecordQuery& query, const std::optional<Place>& after) {
  std::vector<Part> ranges;
  if (after) {
    const auto sequence = static_cast<std::int64_t>(std::min<std::uint64_t>(after->sequence, INT64_MAX));
    ranges.push_back({{}, " AND priority = ? AND sequence > ?", after->priority, sequence});
    ranges.push_back({{}, " AND priority < ?", after->priority, {}});
  } else {
    ranges.push_back({});
  }
  std::vector<std::optional<std::string>> states;
  for (const auto& state : std::set<std::string>(query.states.begin(), query.states.end())) states.emplace_back(state);
  if (states.empty()) states.emplace_back();

  const LeaseNow now{boot_, BootClock::now()};
  std::vector<Record> records;
  for (Part part : ranges) {
    if (records.size() > query.limit) break;  // what comes before the other range is enough
    for (const auto& state : states) {
      part.state = state;
      if (auto read = read_part(query, part, now, records); !read) return read.error();
    }
  }
  return records;
}

Result<RecordPage> StoreReader::list(const RecordQuery& query, const Context& context) {
  if (auto valid = check_query(query); !valid) return valid.error();
  const auto after = place_after(query.cursor);
  if (!after) return after.error();
  const Lock lock(mutex_);
  const Connection::Use use(*connection_, context);
  if (!use.ready()) return use.ready().error();
  const Connection::Scope scope(*connection_, context);
  // One snapshot for all parts: a record on its way from one state to another is in exactly one of them.
  if (auto begun = Query(*connection_, "BEGIN").run(); !begun) return begun.error();
  auto records = read_parts(query, *after);
  if (auto ended = Query(*connection_, "COMMIT").run(); records && !ended) return ended.error();
  if (!records) return records.error();

  RecordPage page;
  page.records = *std::move(records);
  const auto earlier = [](const Record& a, const Record& b) { return place_of(a) < place_of(b); };
  std::sort(page.records.begin(), page.records.end(), earlier);
  if (page.records.size() <= query.limit) return page;
  page.records.resize(query.limit);
  page.next = to_cursor(place_of(page.records.back()));
  return page;
}

Result<std::int64_t> StoreReader::newest_event() {
  Query query(*connection_, "SELECT max(event, ifnull((SELECT max(sequence) FROM event), 0)) FROM spent");
  const auto row = query.step();
  if (!row) return row.error();
  std::int64_t newest = 0;
  query.read(0, newest);
  return newest;
}

Result<EventPage> StoreReader::events(const EventQuery& query, const Context& context) {
  if (auto valid = check_query(query); !valid) return valid.error();
  const Lock lock(mutex_);
  const Connection::Use use(*connection_, context);
  if (!use.ready()) return use.ready().error();
  const Connection::Scope scope(*connection_, context);
  const auto newest = newest_event();
  if (!newest) return newest.error();
  EventPage page;
  page.next_after = static_cast<std::uint64_t>(*newest);
  if (query.after >= page.next_after) return page;

  // No further than `newest`: what is committed between the two statements is for the next call.
  Query sql(*connection_, events_sql(query));
  sql.bind(static_cast<std::int64_t>(query.after)).bind(*newest);
  if (query.kind) sql.bind(*query.kind);
  if (query.subject) sql.bind(*query.subject);
  sql.bind(std::int64_t{query.limit});
  while (true) {
    const auto row = sql.step();
    if (!row) return row.error();
    if (!*row) break;
    page.events.push_back(read_event(sql));
  }
  if (page.events.size() == query.limit) page.next_after = page.events.back().sequence;
  return page;
}

}  // namespace matchrunner
