// SPDX-License-Identifier: Apache-2.0
#include "servers/radosgw.hpp"

namespace matchrunner {
namespace {

std::vector<std::string> arguments_for(const std::string& folder, RadosGateway::Gives gives) {
  if (gives == RadosGateway::Gives::temporary_keys) return {folder, "true"};
  return {folder};
}

}  // namespace

RadosGateway::RadosGateway(Gives gives) : server_("radosgw", arguments_for(folder_ / "server", gives)) {}

RadosGateway& shared_gateway() {
  static RadosGateway gateway;
  return gateway;
}

}  // namespace matchrunner
