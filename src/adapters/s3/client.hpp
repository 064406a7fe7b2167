// SPDX-License-Identifier: Apache-2.0
// Client: signed requests to one bucket, tried again where that may help. Safe from any thread: each call, and each
// upload, has a session of its own while it lasts, from a pool that keeps their connections.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/session.hpp"
#include "adapters/s3/address.hpp"
#include "adapters/s3/failure.hpp"
#include "base/mutex.hpp"

namespace matchrunner::s3 {

struct Call {
  std::string method = "GET";
  std::string key = {};  // empty: the bucket
  Query query = {};
  http::Headers headers = {};
  ByteView body = {};
  std::string body_sha256 = {};  // of `body`; empty: none
  std::function<Result<http::Request::Taken>(const http::Answer&, ByteView)> body_sink = nullptr;
  std::function<void()> before_attempt = nullptr;
};

class Client {
 public:
  Client(S3Options options, Address address, Keys keys);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const S3Options& options() const { return options_; }
  const Address& address() const { return address_; }

  // `forked` in a child of the process that made it.
  Result<void> check_process() const;

  // The answer of a success; else the last failure. Takes the whole session.
  struct Outcome {
    Result<http::Answer> answer;
    Failure failure;  // when there is no answer
  };
  Outcome perform(http::Session& session, const Call& call, const Context& context, std::uint32_t attempts) const;
  Result<http::Answer> perform(const Call& call, const Context& context) const;

  Keys keys() const;  // as they are now
  http::Request request_of(const Call& call, const Keys& keys) const;
  // What became of one attempt with these keys; looks for newer ones when they are too old.
  Outcome judge(const Call& call, const Keys& keys, Result<http::Answer> answer) const;
  // How long to wait before attempt number `failures` + 1.
  static milliseconds pause_after(const Failure& failure, std::uint32_t failures);

  std::string link(const std::string& key, std::chrono::seconds valid_for) const;
  std::string shown(const std::string& key) const { return address_.uri_of(key); }

  // Parts under way at once, beside the first of each upload: memory and connections are bounded over all of them.
  bool take_place() const;
  void give_back_place() const { places_.fetch_sub(1); }

  using Session = std::unique_ptr<http::Session, std::function<void(http::Session*)>>;
  Session session() const;  // goes back to the pool, which must outlive it

 private:
  bool renew_keys(const Keys& refused) const;  // true: there are others
  void take_back(http::Session* session) const;

  const S3Options options_;
  const Address address_;
  const pid_t pid_;
  mutable std::atomic<std::uint32_t> places_ = 0;  // taken
  mutable Mutex mutex_;
  mutable Keys keys_ MATCHRUNNER_GUARDED_BY(mutex_);
  mutable std::vector<std::unique_ptr<http::Session>> idle_ MATCHRUNNER_GUARDED_BY(mutex_);
};

// Waits so long, or until the context ends: false when that comes first.
bool wait_unless_over(milliseconds time, const Context& context);

}  // namespace matchrunner::s3
