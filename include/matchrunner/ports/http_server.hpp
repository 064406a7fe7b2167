// SPDX-License-Identifier: Apache-2.0
// HttpServer: answers GET and HEAD on one address from a table of routes; it knows nothing of what they show.
// serve() by one thread at a time, on which the routes are called; address() from any.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

struct HttpAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// What GET of a path gives. A route does not block: all connections wait for it.
struct HttpRoute {
  std::string path;  // "/metrics"; whole, queries are not looked at
  std::function<HttpAnswer()> answer;
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;  // closes all connections

  // "127.0.0.1:9377", with the port that it got.
  virtual std::string address() const = 0;

  // Answers until the context ends, which is no error.
  virtual Result<void> serve(const Context& context) = 0;
};

}  // namespace matchrunner
