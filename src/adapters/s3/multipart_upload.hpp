// SPDX-License-Identifier: Apache-2.0
// MultipartUpload: an object on its way in parts, several at once. Used by one thread; parts make progress while it
// waits for one of them. Left alone it stays at the server, and can be resumed by its id.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/s3/client.hpp"

namespace matchrunner::s3 {

class MultipartUpload {
 public:
  // Begins one, and removes what earlier writers of the key left unfinished.
  static Result<std::unique_ptr<MultipartUpload>> begin(std::shared_ptr<const Client> client, std::string key,
                                                        http::Headers headers, const Context& context);

  // Goes on with the parts of exactly `part_bytes` from the first that are there. `not_found`: no such upload.
  static Result<std::unique_ptr<MultipartUpload>> resume(std::shared_ptr<const Client> client, std::string key,
                                                         std::string id, std::uint64_t part_bytes,
                                                         const Context& context);

  // All parts come again, from the first: of those that are there and the same nothing is sent.
  void begin_again();

  ~MultipartUpload() { forget_all(); }
  MultipartUpload(const MultipartUpload&) = delete;
  MultipartUpload& operator=(const MultipartUpload&) = delete;

  const std::string& id() const { return id_; }

  // How many parts from the first the server has.
  std::size_t safe_parts() const;

  // The next part and its SHA-256. Waits while as many as may are under way: one, and as many more as other uploads of
  // the client have left.
  Result<void> send(std::string bytes, std::string sha256, const Context& context);

  // What can be done for the parts under way without waiting.
  void advance() { session_->advance(); }

  // An empty string with the memory of a part that was sent, if there is one.
  std::string take_spare() { return std::exchange(spare_, {}); }

  // Waits for all parts, and makes the object of them.
  Result<void> complete(const Context& context);

  // Removes it with all its parts. Never fails, at most 10 s.
  void abort() noexcept;

 private:
  struct Part {
    std::size_t number;  // from 1
    std::string bytes;
    std::string sha256;
    std::uint32_t failures = 0;
    Context::Clock::time_point due = {};  // not before
    http::Session::Id request = 0;        // 0: not under way
    Keys keys = {};                       // that its request is signed with
  };

  MultipartUpload(std::shared_ptr<const Client> client, std::string key, std::string id);
  bool may_send();
  void forget_all();
  void forget(std::list<Part>::iterator part);

  Call call_of(const Part& part) const;
  void start_due();
  Result<void> settle_one(const Context& context);
  Result<void> take_answer(std::list<Part>::iterator part, Result<http::Answer> answer);
  std::string list_of_parts() const;

  const std::shared_ptr<const Client> client_;
  const std::string key_;
  const std::string id_;
  const Client::Session session_;
  std::vector<std::string> etags_;  // of part i + 1; empty: the server does not have it yet
  std::uint64_t bytes_ = 0;         // of all parts
  std::vector<std::string> kept_;   // ETags of the parts that were there before it began again
  std::list<Part> sending_;
  std::uint32_t places_ = 0;  // of the client that it holds: not for the first of `sending_`
  std::string spare_;
};

}  // namespace matchrunner::s3
