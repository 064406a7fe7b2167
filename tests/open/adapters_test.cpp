// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "catch.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/open.hpp"

using namespace matchrunner;

namespace {

bool has_row(const std::string& port, const std::string& scheme) {
  const auto rows = adapters();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const AdapterRow& row) { return row.port == port && row.scheme == scheme; });
}

// A folder of the test's own, gone after it.
struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "matchrunner-open-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

TEST_CASE("each port opens in memory") {
  CHECK(open_state_store("memory://"));
  CHECK(open_artifact_sink("memory://"));
  CHECK(open_event_sink("MEMORY://"));
  CHECK(open_command_source("memory://"));
  const auto executor = open_executor("memory://");
  REQUIRE(executor);
  const auto first = (*executor)();
  const auto second = (*executor)();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first != *second);
  for (const char* port : {"state_store", "artifact_sink", "event_sink", "command_source", "executor"})
    CHECK(has_row(port, "memory"));
}

TEST_CASE("what a URL may not have is refused by name") {
  CHECK(open_state_store("memory://shared").error().message ==
        "'memory://shared': no host belongs here: three slashes before the path (memory://)");
  CHECK(open_state_store("memory:///x").error().message ==
        "'memory:///x': memory:// has no path; each open makes a new one");
  CHECK(open_state_store("memory://?size=1").error().message ==
        "'memory://?size=1': unknown option 'size' (memory://)");
  CHECK(open_artifact_sink("file://").error().message == "'file://': no path (file:///FOLDER)");
  CHECK(open_event_sink("file:///").error().message == "'file:///': no path (file:///PATH)");
  const auto unknown = open_event_sink("kafka://host");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::invalid_argument);
  CHECK(unknown.error().message.find("'kafka://host': unknown scheme for event_sink; known are file://, ") == 0);
}

TEST_CASE("files and folders, with %-signs in their names") {
  const Folder folder;
  CHECK(open_artifact_sink("file://" + folder.path + "/artifacts%20here"));
  CHECK(std::filesystem::is_directory(folder.path + "/artifacts here"));
  CHECK(open_event_sink("file://localhost" + folder.path + "/events.jsonl"));
}

#if defined(MATCHRUNNER_WITH_SQLITE)
TEST_CASE("sqlite: three slashes from the current folder, four from the root") {
  const Folder folder;
  CHECK(open_state_store("sqlite:///" + folder.path + "/a.db?durable=0"));
  CHECK(std::filesystem::is_regular_file(folder.path + "/a.db"));
  const auto old_folder = std::filesystem::current_path();
  std::filesystem::current_path(folder.path);
  CHECK(open_state_store("sqlite:///b.db"));
  std::filesystem::current_path(old_folder);
  CHECK(std::filesystem::is_regular_file(folder.path + "/b.db"));

  CHECK(
      open_state_store("sqlite:///a.db?durabel=0").error().message ==
      "'sqlite:///a.db?durabel=0': unknown option 'durabel', the nearest is 'durable' (sqlite:///PATH[?durable=1|0])");
  CHECK(open_state_store("sqlite:///a.db?durable=yes").error().code == ErrorCode::invalid_argument);
  CHECK(open_state_store("sqlite://a.db").error().code == ErrorCode::invalid_argument);
  CHECK(open_state_store("sqlite:///:memory:").error().message ==
        "'sqlite:///:memory:': a store in memory is memory://");
  CHECK(has_row("state_store", "sqlite"));
}
#else
TEST_CASE("sqlite that was not compiled in says so") {
  const auto store = open_state_store("sqlite:///runs.db");
  REQUIRE_FALSE(store);
  CHECK(store.error().code == ErrorCode::unsupported);
  CHECK(store.error().message == "sqlite:// is not compiled in: build with -DMATCHRUNNER_WITH_SQLITE=ON");
  CHECK_FALSE(has_row("state_store", "sqlite"));
}
#endif

#if defined(MATCHRUNNER_WITH_SANDBOX)
TEST_CASE("sandbox: the policy and the tier are words of their tables") {
  CHECK(open_executor("sandbox://?isolation=none").error().message ==
        "'sandbox://?isolation=none': option isolation is require or prefer or allow-none, not 'none'");
  CHECK(open_executor("sandbox://?tier=half").error().message ==
        "'sandbox://?tier=half': option tier is none or restricted or user or full, not 'half'");
  CHECK(open_executor("sandbox://?isolation=prefer&tier=none").error().code == ErrorCode::unsupported);
  CHECK((*open_executor("sandbox://?isolation=allow-none&tier=none"))().value()->capabilities().isolation.tier ==
        "none");
  CHECK(open_executor("sandbox:///x").error().code == ErrorCode::invalid_argument);
  CHECK(open_executor("sandbox://host").error().code == ErrorCode::invalid_argument);
  CHECK(has_row("executor", "sandbox"));
}
#else
TEST_CASE("a sandbox that was not compiled in says so") {
  CHECK(open_executor("sandbox://").error().message ==
        "sandbox:// is not compiled in: build with -DMATCHRUNNER_WITH_SANDBOX=ON");
}
#endif

#if defined(MATCHRUNNER_WITH_DOCKER)
TEST_CASE("docker: what cannot be meant is said before any engine is asked") {
  const auto said = [](const std::string& url) {
    const auto opened = open_executor(url);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::invalid_argument);
    return opened.error().describe();
  };
  CHECK(said("docker://").find("images: expected patterns") != std::string::npos);
  CHECK(said("docker://?images=,").find("images: expected patterns") != std::string::npos);
  CHECK(said("docker://?images=*&pull=often") ==
        "'docker://?images=*&pull=often': option pull is missing or always or never, not 'often'");
  CHECK(said("docker://?images=*&user=0:0").find("user: expected UID:GID") != std::string::npos);
  CHECK(said("docker://?images=*&default_registry=teams").find("default_registry: expected localhost") !=
        std::string::npos);
  CHECK(said("docker://host?images=*").find("expected docker://") != std::string::npos);
  CHECK(said("docker://host:2375/path?images=*").find("expected docker://") != std::string::npos);
  CHECK(said("docker://me:hush@host:1?images=*").find("hush") == std::string::npos);
  CHECK(said("docker://host?images=*&registry_password=hush").find("hush") == std::string::npos);
  CHECK(has_row("executor", "docker"));
}
#endif

#if defined(MATCHRUNNER_WITH_RABBITMQ)
TEST_CASE("amqp: what cannot be meant is said before any broker is asked, and no password is shown") {
  const auto said = [](const auto& opened) {
    REQUIRE_FALSE(opened);
    CHECK(opened.error().describe().find("hush") == std::string::npos);
    return opened.error();
  };
  CHECK(said(open_command_source("amqp://me:hush@host")).code == ErrorCode::invalid_argument);
  CHECK(said(open_command_source("amqps://me:hush@host?queue=q&type=none")).code == ErrorCode::invalid_argument);
  CHECK(said(open_event_sink("amqp://me:hush@host?queue=q")).message.find("unknown option 'queue'") !=
        std::string::npos);
  const Error nobody = said(open_event_sink("amqp://me:hush@127.0.0.1:1"));
  CHECK(nobody.code == ErrorCode::unavailable);
  CHECK(nobody.describe() == "rabbitmq: amqp://me@127.0.0.1:1/: cannot connect: a socket error occurred");
  for (const char* scheme : {"amqp", "amqps"}) {
    CHECK(has_row("command_source", scheme));
    CHECK(has_row("event_sink", scheme));
  }
}
#endif

TEST_CASE("an application adds adapters of its own") {
  const auto open = [](const std::string& url) -> Result<std::shared_ptr<StateStore>> {
    if (url != "mine://host/x?any=1") return Error{ErrorCode::unavailable, "not today"};
    return make_memory_store();
  };
  REQUIRE(add_state_store({"ignored", "mine", "mine://HOST"}, open));
  CHECK(has_row("state_store", "mine"));
  CHECK_FALSE(has_row("ignored", "mine"));
  CHECK(open_state_store("mine://host/x?any=1"));
  CHECK(open_state_store("Mine://other").error().message == "not today");
  CHECK(open_artifact_sink("mine://host").error().message.find("unknown scheme") != std::string::npos);

  CHECK(add_state_store({"", "mine", ""}, open).error().code == ErrorCode::already_exists);
  CHECK(add_state_store({"", "memory", ""}, open).error().code == ErrorCode::already_exists);
  CHECK(add_state_store({"", "Mine", ""}, open).error().code == ErrorCode::invalid_argument);
  CHECK(add_state_store({"", "no scheme", ""}, open).error().code == ErrorCode::invalid_argument);
  CHECK(add_state_store({"", "empty", ""}, nullptr).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("rows are added and opened by many threads at once") {
  std::atomic<int> added{0};
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const std::string scheme = "thread" + std::to_string(i);
        const auto open = [](const std::string&) { return Result<std::shared_ptr<EventSink>>(make_memory_events()); };
        if (add_event_sink({"", scheme, scheme + "://"}, open)) ++added;
        if (open_event_sink(scheme + "://")) ++opened;
        (void)adapters();
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(added == 50);
  CHECK(opened == 200);
}
