// SPDX-License-Identifier: Apache-2.0
// libmicrohttpd without threads of its own: serve() waits on its epoll descriptor and lets it go on. Its timeout is one
// of silence, which a client that sends a byte now and then never meets; so the time of a request is held here.
#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "adapters/http_server/listening_socket.hpp"
#include "base/wakeup.hpp"
#include "matchrunner/adapters/http_server.hpp"

namespace matchrunner {
namespace {

using Clock = std::chrono::steady_clock;

constexpr milliseconds look_at_deadlines_every{500};

struct Header {
  const char* name;
  const char* value;
};
constexpr Header headers[] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
};

class MicroServer : public HttpServer {
 public:
  MicroServer(HttpServerOptions options, std::string address)
      : options_(std::move(options)), address_(std::move(address)) {}
  ~MicroServer() override {
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  }
  MicroServer(const MicroServer&) = delete;
  MicroServer& operator=(const MicroServer&) = delete;

  Result<void> start(UniqueFd socket);
  std::string address() const override { return address_; }
  Result<void> serve(const Context& context) override;

 private:
  // Called with the head, and again once it is whole: answered then, the connection can serve the next request. A
  // request with more than a head is answered at once, which ends the connection: nothing of a body is read.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path, const char* method,
                               const char*, const char*, std::size_t*, void** seen) {
    auto& server = *static_cast<MicroServer*>(self);
    if (*seen == nullptr && !has_body(connection)) {
      *seen = self;
      return MHD_YES;
    }
    return server.respond(connection, path, method);
  }
  static bool has_body(MHD_Connection* connection) {
    constexpr const char* names[] = {MHD_HTTP_HEADER_CONTENT_LENGTH, MHD_HTTP_HEADER_TRANSFER_ENCODING};
    return std::any_of(std::begin(names), std::end(names), [&](const char* name) {
      return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name) != nullptr;
    });
  }
  // Paths are compared as they came: what is encoded in them is no path of ours.
  static std::size_t as_it_is(void*, MHD_Connection*, char* text) { return std::char_traits<char>::length(text); }
  static void on_completed(void* self, MHD_Connection* connection, void**, MHD_RequestTerminationCode) {
    static_cast<MicroServer*>(self)->restart_clock(connection);
  }
  static void on_connection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
    auto& server = *static_cast<MicroServer*>(self);
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
      server.restart_clock(connection);
    else
      server.deadlines_.erase(connection);
  }

  void restart_clock(MHD_Connection* connection) { deadlines_[connection] = Clock::now() + options_.request_time; }
  HttpAnswer answer_to(std::string_view path, std::string_view method) const;
  MHD_Result respond(MHD_Connection* connection, const char* path, const char* method);
  void end_overdue();

  const HttpServerOptions options_;
  const std::string address_;
  MHD_Daemon* daemon_ = nullptr;
  std::map<MHD_Connection*, Clock::time_point> deadlines_;
};

Result<void> MicroServer::start(UniqueFd socket) {
  // Connections that are still open end by end_overdue; the timeout is only for those that it cannot end.
  const auto seconds = static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(options_.request_time).count());
  daemon_ = MHD_start_daemon(MHD_USE_EPOLL, 0, nullptr, nullptr, &MicroServer::on_request, this,
                             MHD_OPTION_LISTEN_SOCKET, socket.get(), MHD_OPTION_CONNECTION_LIMIT, options_.connections,
                             MHD_OPTION_PER_IP_CONNECTION_LIMIT, std::max(1U, options_.connections / 2),
                             MHD_OPTION_CONNECTION_TIMEOUT, 2 * seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                             options_.connection_bytes, MHD_OPTION_NOTIFY_CONNECTION, &MicroServer::on_connection, this,
                             MHD_OPTION_NOTIFY_COMPLETED, &MicroServer::on_completed, this,
                             MHD_OPTION_UNESCAPE_CALLBACK, &MicroServer::as_it_is, nullptr, MHD_OPTION_END);
  if (daemon_ == nullptr) return Error{ErrorCode::resource_exhausted, "cannot serve " + address_, "http"};
  (void)socket.release();  // the daemon closes it
  return {};
}

Result<void> MicroServer::serve(const Context& context) {
  const MHD_DaemonInfo* const epoll = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD);
  if (epoll == nullptr) return Error{ErrorCode::internal, "libmicrohttpd has no epoll descriptor", "http"};
  while (context.check()) {
    Context slice = Context::within(look_at_deadlines_every, context.stop);
    MHD_UNSIGNED_LONG_LONG at_most = 0;
    if (MHD_get_timeout(daemon_, &at_most) == MHD_YES)
      slice = Context::within(milliseconds(std::min<unsigned long long>(at_most, look_at_deadlines_every.count())),
                              context.stop);
    slice.deadline = std::min(slice.deadline, context.deadline);
    std::array<pollfd, 1> fds{{{epoll->epoll_fd, POLLIN, 0}}};
    if (const auto ready = wait_for(fds, slice); !ready && ready.error().code != ErrorCode::cancelled)
      return ready.error();
    if (MHD_run(daemon_) != MHD_YES) return Error{ErrorCode::internal, "libmicrohttpd cannot go on", "http"};
    end_overdue();
  }
  return {};
}

// The library then sees the end of the connection, and forgets it.
void MicroServer::end_overdue() {
  const auto now = Clock::now();
  for (const auto& [connection, deadline] : deadlines_) {
    if (deadline > now) continue;
    const MHD_ConnectionInfo* const socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (socket != nullptr) ::shutdown(socket->connect_fd, SHUT_RDWR);
  }
}

HttpAnswer MicroServer::answer_to(std::string_view path, std::string_view method) const {
  const auto route = std::find_if(options_.routes.begin(), options_.routes.end(),
                                  [&](const HttpRoute& row) { return row.path == path; });
  if (route == options_.routes.end()) return {404, "text/plain; charset=utf-8", "not found\n"};
  if (method != "GET" && method != "HEAD") return {405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
  try {
    return route->answer();
  } catch (const std::exception&) {
    return {500, "text/plain; charset=utf-8", "this page failed\n"};
  }
}

MHD_Result MicroServer::respond(MHD_Connection* connection, const char* path, const char* method) {
  const HttpAnswer answer = answer_to(path, method);
  MHD_Response* const response =
      MHD_create_response_from_buffer(answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", answer.content_type.c_str());
  for (const Header& header : headers) MHD_add_response_header(response, header.name, header.value);
  if (answer.status == 405) MHD_add_response_header(response, "Allow", "GET, HEAD");
  const MHD_Result queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> make_http_server(HttpServerOptions options) {
  auto socket = http_server::listen_at(options.address);
  if (!socket) return std::move(socket).error();
  auto address = http_server::bound_address(socket->get());
  if (!address) return std::move(address).error();
  auto server = std::make_unique<MicroServer>(std::move(options), *std::move(address));
  if (auto started = server->start(*std::move(socket)); !started) return started.error();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace matchrunner
