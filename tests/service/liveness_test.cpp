// SPDX-License-Identifier: Apache-2.0
// What /healthz and /readyz say of a service whose store fails, or answers nothing any more.
#include <atomic>
#include <thread>

#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/service.hpp"
#include "service/http_client.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

enum class Mood : unsigned char { well, failing, silent };

// Its journal is as the test says.
class MoodyStore final : public FaultyStore {
 public:
  MoodyStore() : FaultyStore(make_memory_store()) {}
  void be(Mood mood) {
    mood_ = mood;
    mood_.notify_all();
  }
  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    mood_.wait(Mood::silent);
    if (mood_ == Mood::failing) return Error{ErrorCode::unavailable, "the disk is gone", "moody store"};
    return FaultyStore::events(query, context);
  }

 private:
  std::atomic<Mood> mood_ = Mood::well;
};

std::string page(const Service& service, const std::string& path) {
  return answer(service.http_address(), "GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
}

// Asks until the answer has these words; the last answer.
std::string page_with(const Service& service, const std::string& path, const std::string& words) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string seen = page(service, path);
  while (seen.find(words) == seen.npos && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(50));
    seen = page(service, path);
  }
  return seen;
}

struct Watched {
  Watched() {
    static int so_far = 0;
    const std::string scheme = "moody" + std::to_string(++so_far);
    add_state_store({"", scheme, scheme + "://"}, [this](const std::string&) {
      return Result<std::shared_ptr<StateStore>>(store);
    }).value();
    ServiceConfig config;
    config.store = scheme + "://";
    config.artifacts = config.executor = "memory://";
    config.spool = folder.path();
    config.slots = 1;
    config.http = "127.0.0.1:0";
    config.healthy_seconds = 2;
    service = Service::open(config).value();
    REQUIRE(page(*service, "/healthz").ends_with("alive\n"));
    REQUIRE(page_with(*service, "/readyz", " 200 ").ends_with("ready\n"));
  }
  ~Watched() { store->be(Mood::well); }

  const TemporaryFolder folder;
  const std::shared_ptr<MoodyStore> store = std::make_shared<MoodyStore>();
  std::unique_ptr<Service> service;
};

}  // namespace

TEST_CASE("a service whose store fails is not ready, and lives", "[service]") {
  const Watched watched;
  watched.store->be(Mood::failing);
  const std::string seen = page_with(*watched.service, "/readyz", " 503 ");
  CHECK(seen.find(" 503 ") != seen.npos);
  INFO(seen);
  CHECK(seen.find("store fails: ") != seen.npos);
  CHECK(seen.find("the disk is gone") != seen.npos);
  CHECK(page(*watched.service, "/healthz").find(" 200 ") != std::string::npos);
  watched.store->be(Mood::well);
  CHECK(page_with(*watched.service, "/readyz", " 200 ").ends_with("ready\n"));
}

TEST_CASE("a service whose store hangs is not alive, and is again when it answers", "[service]") {
  const Watched watched;
  watched.store->be(Mood::silent);
  const std::string seen = page_with(*watched.service, "/healthz", " 503 ");
  CHECK(seen.ends_with("its keeper has not looked at the store for more than 2 s\n"));
  const std::string why = page(*watched.service, "/readyz");
  CHECK(why.find(" 503 ") != why.npos);
  CHECK(why.find("store: no answer for more than 2 s") != why.npos);
  watched.store->be(Mood::well);
  CHECK(page_with(*watched.service, "/healthz", " 200 ").ends_with("alive\n"));
  CHECK(page_with(*watched.service, "/readyz", " 200 ").ends_with("ready\n"));
}
