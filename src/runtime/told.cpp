// SPDX-License-Identifier: Apache-2.0
#include "runtime/told.hpp"

namespace matchrunner {

Result<ToldOfRun> read_told(StateStore& store, const std::string& match, const Context& context) {
  ToldOfRun told;
  EventQuery query;
  query.kind = "match";
  query.subject = match;
  while (true) {
    const auto page = store.events(query, context);
    if (!page) return page.error();
    for (const Event& event : page->events) told.add(event);
    if (page->next_after == query.after) return told;
    query.after = page->next_after;
  }
}

}  // namespace matchrunner
