// SPDX-License-Identifier: Apache-2.0
// RadosGateway: an S3 server of the test's own (tests/servers/radosgw) on a free port, ended with its scope. For one
// thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"
#include "temporary_folder.hpp"

namespace matchrunner {

class RadosGateway {
 public:
  enum class Gives : unsigned char { nothing, temporary_keys };
  explicit RadosGateway(Gives gives = Gives::nothing);
  ~RadosGateway();
  RadosGateway(const RadosGateway&) = delete;
  RadosGateway& operator=(const RadosGateway&) = delete;

  // "http://127.0.0.1:PORT"
  const std::string& endpoint() const { return endpoint_; }
  // "https://127.0.0.1:PORT", with a certificate of nobody's, in this file.
  const std::string& secure_endpoint() const { return secure_endpoint_; }
  std::string certificate() const { return folder_ / "server/certificate.pem"; }

  // The gateway; what is stored stays.
  void stop() { order("stop"); }
  void start() { order("start"); }
  // It holds its connections and answers nothing.
  void pause() { order("pause"); }
  void resume() { order("resume"); }

 private:
  void order(const std::string& what);
  std::string read_line();

  const TemporaryFolder folder_;
  pid_t pid_ = -1;
  UniqueFd input_;
  UniqueFd output_;
  std::string endpoint_;
  std::string secure_endpoint_;
};

// The one of this process, for all tests that leave it as it is.
RadosGateway& shared_gateway();

}  // namespace matchrunner
