// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/domain/command.hpp"
#include "matchrunner/domain/record.hpp"
#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

void add_queries(py::module_& module) {
  Value<RecordQuery>(module, "RecordQuery")
      .field("kind", &RecordQuery::kind)
      .field("scope", &RecordQuery::scope)
      .field("states", &RecordQuery::states)
      .field("subject", &RecordQuery::subject)
      .field("unique_key", &RecordQuery::unique_key)
      .field("due_before", &RecordQuery::due_before)
      .field("lapsed", &RecordQuery::lapsed)
      .field("cursor", &RecordQuery::cursor)
      .field("limit", &RecordQuery::limit)
      .constructible();
  Value<RecordPage>(module, "RecordPage")
      .field("records", &RecordPage::records)
      .field("next", &RecordPage::next)
      .constructible();
  Value<EventQuery>(module, "EventQuery")
      .field("after", &EventQuery::after)
      .field("kind", &EventQuery::kind)
      .field("subject", &EventQuery::subject)
      .field("limit", &EventQuery::limit)
      .constructible();
  Value<EventPage>(module, "EventPage")
      .field("events", &EventPage::events)
      .field("next_after", &EventPage::next_after)
      .constructible();
}

}  // namespace

void add_journal_values(py::module_& module) {
  Value<Event>(module, "Event")
      .field("sequence", &Event::sequence)
      .field("at", &Event::at)
      .field("kind", &Event::kind)
      .field("subject", &Event::subject)
      .field("epoch", &Event::epoch)
      .field("type", &Event::type)
      .json_field("body", &Event::body)
      .constructible()
      .def_property_readonly("body_text", [](const Event& event) { return event.body; })
      .def(
          "to_json", [](const Event& event) { return to_json(event); }, "One line of JSON.");

  Value<RecordKey>(module, "RecordKey").field("kind", &RecordKey::kind).field("id", &RecordKey::id).constructible();

  Value<Record>(module, "Record")
      .field("kind", &Record::kind)
      .field("id", &Record::id)
      .field("scope", &Record::scope)
      .field("state", &Record::state)
      .field("priority", &Record::priority)
      .field("sequence", &Record::sequence)
      .field("subject", &Record::subject)
      .field("unique_key", &Record::unique_key)
      .field("due_at", &Record::due_at)
      .long_field("body", &Record::body)
      .field("version", &Record::version)
      .field("epoch", &Record::epoch)
      .field("holder", &Record::holder)
      .field("lease_left", &Record::lease_left)
      .constructible();

  Value<Write>(module, "Write")
      .field("record", &Write::record)
      .field("lease", &Write::lease)
      .field("lease_for", &Write::lease_for)
      .field("remove", &Write::remove)
      .field("requeue", &Write::requeue)
      .constructible();

  Value<Batch>(module, "Batch").field("writes", &Batch::writes).field("events", &Batch::events).constructible();

  Value<CommitReceipt>(module, "CommitReceipt")
      .field("versions", &CommitReceipt::versions)
      .field("epochs", &CommitReceipt::epochs)
      .field("last_sequence", &CommitReceipt::last_sequence)
      .field("at", &CommitReceipt::at)
      .constructible();

  add_queries(module);

  Value<Command>(module, "Command")
      .field("delivery", &Command::delivery)
      .field("body", &Command::body)
      .field("reply_to", &Command::reply_to)
      .field("correlation_id", &Command::correlation_id)
      .field("message_id", &Command::message_id)
      .field("for_all", &Command::for_all)
      .constructible();
}

}  // namespace matchrunner::python
