// SPDX-License-Identifier: Apache-2.0
// RabbitMqServer: a broker of the test's own (tests/servers/rabbitmq) on free ports, ended with its scope. For one
// thread.
#pragma once

#include <string>
#include <vector>

#include "file_bytes.hpp"
#include "servers/server_script.hpp"
#include "temporary_folder.hpp"

namespace matchrunner {

class RabbitMqServer {
 public:
  // A node alone, or of the cluster of another.
  explicit RabbitMqServer(const RabbitMqServer* first = nullptr) : server_("rabbitmq", words(folder_, first)) {}

  std::string host() const { return "127.0.0.1:" + server_.words().at(0); }
  std::string secure_host() const { return "localhost:" + server_.words().at(1); }
  std::string certificates() const { return folder_ / "server/tls"; }

  // kill -9; what is stored stays.
  void stop() { server_.order("stop"); }
  void start() { server_.order("start"); }
  // It holds its connections and answers nothing.
  void pause() { server_.order("pause"); }
  void resume() { server_.order("resume"); }
  // It takes no messages: its memory is used up.
  void block() { server_.order("block"); }
  void unblock() { server_.order("unblock"); }
  // rabbitmqctl; what it says.
  std::string control(const std::string& arguments) {
    const std::string said = folder_ / "server/control.log";
    const std::size_t before = read_bytes(said).size();
    server_.order("control " + arguments);
    return read_bytes(said).substr(before);
  }

 private:
  static std::vector<std::string> words(const TemporaryFolder& own, const RabbitMqServer* first) {
    std::vector<std::string> all{own / "server"};
    if (first != nullptr) all.push_back(first->folder_ / "server");
    return all;
  }

  const TemporaryFolder folder_;
  ServerScript server_;
};

}  // namespace matchrunner
