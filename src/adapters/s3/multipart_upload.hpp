// SPDX-License-Identifier: Apache-2.0
// MultipartUpload: an object on its way in parts, several at once. Used by one thread; parts make progress while it
// waits for one of them. Left alone it stays at the server, and can be resumed by its id.
#pragma once

#include <list>
#include <memory>
#include <string>
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

  const std::string& id() const { return id_; }

  // How many parts from the first the server has.
  std::size_t safe_parts() const;

  // The next part. Waits while as many as may are under way.
  Result<void> send(std::string bytes, const Context& context);

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
  };

  MultipartUpload(std::shared_ptr<const Client> client, std::string key, std::string id);

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
  std::list<Part> sending_;
};

}  // namespace matchrunner::s3
