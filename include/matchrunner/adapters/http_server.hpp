// SPDX-License-Identifier: Apache-2.0
// HttpServer on GNU libmicrohttpd. Connections, their memory and the time of a request are bounded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchrunner/ports/http_server.hpp"

namespace matchrunner {

struct HttpServerOptions {
  std::string address;  // "HOST:PORT", "[::1]:9377"; port 0: one that is free
  std::vector<HttpRoute> routes;
  unsigned connections = 100;            // at once; from one address half of them
  milliseconds request_time{10'000};     // for a client to send a request and take the answer, or to send none
  std::size_t connection_bytes = 16384;  // for the head of a request, and to hold an answer's
};

// `invalid_argument`: not HOST:PORT; `unavailable`: the address is in use, or not one of this host;
// `permission_denied`: the system keeps that port for others.
Result<std::unique_ptr<HttpServer>> make_http_server(HttpServerOptions options);

}  // namespace matchrunner
