// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/adapters/sqlite.hpp"
#include "conformance/run_checks.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

// Fresh ground is a file in a folder that is not there yet.
conformance::Subject<StateStore> sqlite_subject(bool durable) {
  struct Ground {
    TemporaryFolder folder;
    int number = 0;
  };
  conformance::Subject<StateStore> subject;
  subject.open = [ground = std::make_shared<Ground>(), durable](bool fresh) {
    if (fresh) ++ground->number;
    return make_sqlite_store({ground->folder / std::to_string(ground->number) + "/store.db", durable});
  };
  return subject;
}

}  // namespace

TEST_CASE("state store: sqlite") { run_checks(conformance::state_store_checks(), sqlite_subject(true)); }
TEST_CASE("state store: sqlite, not durable") { run_checks(conformance::state_store_checks(), sqlite_subject(false)); }
