// SPDX-License-Identifier: Apache-2.0
// http::Session: requests to servers over libcurl, any number in flight, connections kept alive. Used by one thread; it
// makes progress only inside wait(). Not to be used or destroyed in a forked child.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matchrunner/base/bytes.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;
  Headers headers;   // names in lower case
  std::string body;  // what no body_sink took

  // The header's value; empty when it is not there. `name` in lower case.
  std::string_view header(std::string_view name) const;
};

struct Request {
  std::string method = "GET";
  std::string url = {};  // sent as it is: no dot segment is taken out
  Headers headers = {};
  ByteView body = {};  // must live until the request is done
  // Takes the body of an answer with status 2xx, part by part; `more` false ends the transfer, which succeeds then.
  struct Taken {
    bool more = true;
  };
  std::function<Result<Taken>(const Answer& head, ByteView part)> body_sink = nullptr;
  // Told once, when status and headers of the answer are there and its body is still to come. Starts no request.
  std::function<void(const Answer& head)> head_sink = nullptr;
  std::size_t most_bytes = 1 << 20;  // of Answer::body; beyond: corrupt_data
  bool may_be_silent = false;        // no stall timeout: it waits for something to happen
};

struct SessionOptions {
  milliseconds connect_timeout{10'000};
  milliseconds stall_timeout{30'000};  // less than a byte a second for that long: given up
  std::string ca_file = {};            // PEM; empty: the system's
  std::string certificate_file = {};   // PEM, to show to servers that ask for one; empty: none
  std::string key_file = {};           // ... and its key
  std::string unix_socket = {};        // path: every request goes there, whatever host its URL names
};

class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  // A request under way.
  using Id = std::uint64_t;
  Id start(Request request);

  // One that is done; which is not said in advance. Errors of the transfer are in `answer`: `unavailable` may help to
  // try again, `permission_denied`: the server's certificate, `callback`: what a sink threw. `not_found`: nothing is in
  // flight. `cancelled`, `timeout`: the context ended, and everything stays in flight.
  struct Done {
    Id id = 0;
    Result<Answer> answer;
  };
  Result<Done> wait(const Context& context);

  // Until the server has been sent that request, or one of those in flight is done.
  void wait_until_sent(Id id, const Context& context);

  // What can be done at once, without waiting for anything.
  void advance();

  std::size_t in_flight() const;
  void cancel(Id id);  // nothing, once that is done
  void cancel_all();

  // One request, when no other is in flight. It is given up when the context ends.
  Result<Answer> perform(Request request, const Context& context);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace matchrunner::http
