// SPDX-License-Identifier: Apache-2.0
// The server of pages against clients that mean no good: everything they can take of it is bounded.
#include <atomic>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "matchrunner/adapters/http_server.hpp"
#include "matchrunner/open.hpp"
#include "service/http_client.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

std::size_t count_of(const std::string& text, std::string_view words) {
  std::size_t count = 0;
  for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++count;
  return count;
}

class Site {
 public:
  explicit Site(HttpServerOptions options = {}) {
    options.address = "127.0.0.1:0";
    options.routes = {{"/",
                       [] {
                         return HttpAnswer{200, "text/html", "<p>hello"};
                       }},
                      {"/long",
                       [] {
                         return HttpAnswer{200, "text/plain", std::string(64 << 20, 'x')};
                       }},
                      {"/throws", []() -> HttpAnswer { throw std::runtime_error("geheim"); }}};
    server_ = make_http_server(std::move(options)).value();
    thread_ = std::jthread([this](const std::stop_token& stop) {
      served_ = server_->serve({Context::Clock::time_point::max(), stop}).has_value();
    });
  }
  ~Site() {
    thread_.request_stop();
    thread_.join();
    CHECK(served_);
  }
  std::string address() const { return server_->address(); }
  std::string get(const std::string& path) const {
    return answer(address(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

 private:
  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> served_ = false;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("pages are served with their type and nothing that a browser may keep or run") {
  const Site site;
  const std::string page = site.get("/");
  CHECK(page.starts_with("HTTP/1.1 200 "));
  CHECK(page.find("Content-Type: text/html") != page.npos);
  CHECK(page.find("Cache-Control: no-store") != page.npos);
  CHECK(page.find("default-src 'none'") != page.npos);
  CHECK(page.ends_with("\r\n\r\n<p>hello"));
  CHECK(site.get("/?a=1").starts_with("HTTP/1.1 200 "));
  CHECK(site.get("/nowhere").starts_with("HTTP/1.1 404 "));
  CHECK(site.get("/../etc/passwd").starts_with("HTTP/1.1 404 "));
  CHECK(site.get("/%00").starts_with("HTTP/1.1 404 "));
  const std::string failed = site.get("/throws");
  CHECK(failed.starts_with("HTTP/1.1 500 "));
  CHECK(failed.find("geheim") == failed.npos);
  const std::string head = answer(site.address(), "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 200 "));
  CHECK(head.find("hello") == head.npos);
}

TEST_CASE("other methods are refused, and what they bring is not read") {
  const Site site;
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    const std::string said =
        answer(site.address(), std::string(method) + " / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(said.starts_with("HTTP/1.1 405 "));
    CHECK(said.find("Allow: GET, HEAD") != said.npos);
  }
  HttpClient client(site.address());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
  const std::string block(1 << 16, 'x');
  int blocks = 0;
  while (blocks < 2000 && client.send(block)) ++blocks;
  CHECK(blocks < 2000);  // it ended the connection
}

TEST_CASE("requests that follow each other on one connection are answered in turn") {
  const Site site;
  HttpClient client(site.address());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  requests += "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  client.send(requests);
  const std::string said = client.until_closed();
  CHECK(count_of(said, "HTTP/1.1 200 ") == 50);
  CHECK(count_of(said, "<p>hello") == 50);
  CHECK(count_of(said, "HTTP/1.1 404 ") == 1);
}

TEST_CASE("heads without an end, lines without sense and bytes of any kind are refused") {
  const Site site;
  const std::string endless = answer(site.address(), "GET / HTTP/1.1\r\nX: " + std::string(1 << 20, 'x'));
  CHECK((endless.empty() || endless.starts_with("HTTP/1.1 4")));
  const std::string many = [] {
    std::string text = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 20000; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
    return text + "\r\n";
  }();
  const std::string refused = answer(site.address(), many);
  CHECK((refused.empty() || refused.starts_with("HTTP/1.1 4")));
  for (const char* const bytes :
       {"\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02", "GET / HTTP/1.1\r\n\r\n"}) {
    HttpClient client(site.address());
    client.send(bytes);
  }
  CHECK(site.get("/").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that sends a byte now and then is ended when its time is over") {
  HttpServerOptions options;
  options.request_time = milliseconds(300);
  const Site site(options);
  HttpClient slow(site.address());
  HttpClient silent(site.address());
  bool open = slow.send("GET / HTTP/1.1\r\n");
  for (int i = 0; open && i < 500; ++i) {
    open = slow.send("X");
    std::this_thread::sleep_for(milliseconds(20));
  }
  CHECK_FALSE(open);
  CHECK(silent.until_closed().empty());
  CHECK(site.get("/").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that takes nothing of its answer is ended, too") {
  HttpServerOptions options;
  options.request_time = milliseconds(300);
  options.connections = 1;
  const Site site(options);
  HttpClient greedy(site.address());
  greedy.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(site.get("/").starts_with("HTTP/1.1 200 "));  // once the only place is free
  CHECK(greedy.until_closed().size() < (64 << 20));
}

TEST_CASE("more connections than allowed wait or are refused, and the server goes on") {
  HttpServerOptions options;
  options.connections = 8;
  options.request_time = milliseconds(500);
  const Site site(options);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 60; ++i) clients.push_back(std::make_unique<HttpClient>(site.address()));
  for (const auto& client : clients) client->send("GET / HTTP/1.1\r\n");
  for (const auto& client : clients) CHECK(client->until_closed().find("hello") == std::string::npos);
  CHECK(site.get("/").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("an address that is taken, or none, is told in one line") {
  const Site site;
  const auto taken = open_http_server(site.address(), {});
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::unavailable);
  CHECK(taken.error().message == "cannot listen at " + site.address() + ": Address already in use");
  for (const char* const wrong : {"", "host", ":80", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536", "::1:80", "[]:80"})
    CHECK(open_http_server(wrong, {}).error().code == ErrorCode::invalid_argument);
  CHECK(open_http_server("192.0.2.1:80", {}).error().code == ErrorCode::unavailable);
}
