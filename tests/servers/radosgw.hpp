// SPDX-License-Identifier: Apache-2.0
// RadosGateway: an S3 server of the test's own (tests/servers/radosgw) on a free port, ended with its scope. For one
// thread.
#pragma once

#include <string>

#include "servers/server_script.hpp"
#include "temporary_folder.hpp"

namespace matchrunner {

class RadosGateway {
 public:
  enum class Gives : unsigned char { nothing, temporary_keys };
  explicit RadosGateway(Gives gives = Gives::nothing);

  std::string endpoint() const { return "http://127.0.0.1:" + server_.words().at(0); }
  // With a certificate of nobody's, in this file.
  std::string secure_endpoint() const { return "https://127.0.0.1:" + server_.words().at(1); }
  std::string certificate() const { return folder_ / "server/certificate.pem"; }

  // The gateway; what is stored stays.
  void stop() { server_.order("stop"); }
  void start() { server_.order("start"); }
  // It holds its connections and answers nothing.
  void pause() { server_.order("pause"); }
  void resume() { server_.order("resume"); }

 private:
  const TemporaryFolder folder_;
  ServerScript server_;
};

// The one of this process, for all tests that leave it as it is.
RadosGateway& shared_gateway();

}  // namespace matchrunner
