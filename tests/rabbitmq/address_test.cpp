// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/address.hpp"

#include "catch.hpp"
#include "open/amqp_url.hpp"
#include "variables.hpp"

using namespace matchrunner;
using rabbitmq::Address;

namespace {

struct LoginVariables : Variables {
  LoginVariables(Values values) : Variables({"RABBITMQ_USER", "RABBITMQ_PASS"}, values) {}
};

// "user password"
std::string login_of(const std::string& url) {
  const auto address = Address::of(amqp_events_options(url).value().broker);
  REQUIRE(address);
  return address->broker.user + " " + address->broker.password;
}

std::string why(const std::string& url) {
  const auto options = amqp_commands_options(url);
  if (!options) return options.error().message;
  const auto address = Address::of(options->broker);
  return address ? "" : address.error().message;
}

}  // namespace

TEST_CASE("a URL with everything") {
  const auto options = amqp_commands_options(
      "amqp://me:s%2Fecret@one:1234/a%2Fb?hosts=two,[::1]:7&queue=jobs&exchange=x&binding=k&type=classic&declare=0"
      "&control=c&waiting=w&dead_letters=d&prefetch=9&heartbeat=5");
  INFO((options ? "" : options.error().message));
  REQUIRE(options);
  CHECK(options->broker.hosts == std::vector<std::string>{"one:1234", "two", "[::1]:7"});
  CHECK(options->broker.user == "me");
  CHECK(options->broker.password == "s/ecret");
  CHECK(options->broker.virtual_host == "a/b");
  CHECK(options->broker.heartbeat_seconds == 5);
  CHECK(options->queue == "jobs");
  CHECK(options->exchange == "x");
  CHECK(options->binding == "k");
  CHECK(options->type == RabbitMqQueueType::classic);
  CHECK_FALSE(options->declare);
  CHECK(options->control_exchange == "c");
  CHECK(options->waiting_queue == "w");
  CHECK(options->dead_letter_queue == "d");
  CHECK(options->prefetch == 9);

  const auto address = Address::of(options->broker);
  REQUIRE(address);
  CHECK(address->shown(address->nodes[0]) == "amqp://me@one:1234/a/b");
  CHECK(address->shown(address->nodes[1]) == "amqp://me@two:5672/a/b");
  CHECK(address->shown(address->nodes[2]) == "amqp://me@[::1]:7/a/b");
}

TEST_CASE("what is left out") {
  const auto options = amqp_events_options("amqps://host");
  REQUIRE(options);
  CHECK(options->broker.tls);
  CHECK(options->broker.virtual_host == "/");
  CHECK(options->exchange.empty());
  CHECK(options->mandatory);
  CHECK(options->replies_expire == 0);
  CHECK(amqp_events_options("amqp://host?replies_expire=10")->replies_expire == 10);
  CHECK(Address::of(options->broker).value().nodes[0].port == 5671);
  CHECK(amqp_commands_options("amqp://host/%2F?queue=q")->broker.virtual_host == "/");
}

TEST_CASE("user and password are looked for in RABBITMQ_USER and RABBITMQ_PASS; then they are guest") {
  {
    const LoginVariables variables{{"RABBITMQ_USER", "runner"}, {"RABBITMQ_PASS", "s/ecret"}};
    CHECK(login_of("amqp://host") == "runner s/ecret");
    CHECK(login_of("amqp://me@host") == "me s/ecret");
    CHECK(login_of("amqp://me:mine@host") == "me mine");
    const auto address = Address::of(amqp_events_options("amqp://host").value().broker).value();
    CHECK(address.shown(address.nodes[0]) == "amqp://runner@host:5672/");
  }
  {
    const LoginVariables variables{{"RABBITMQ_USER", "runner"}, {"RABBITMQ_PASS", ""}};
    CHECK(login_of("amqp://host") == "runner guest");
  }
  const LoginVariables none{};
  CHECK(login_of("amqp://host") == "guest guest");
}

TEST_CASE("what cannot be meant is named") {
  CHECK(why("amqp:///?queue=q").find("no host (amqp[s]://") != std::string::npos);
  CHECK(why("amqp://host?queue=q&prefetch=0") ==
        "'amqp://host?queue=q&prefetch=0': option prefetch is a number from 1 to 65535, not '0'");
  CHECK(why("amqp://host?queue=q&heartbeat=never").find("option heartbeat is a number from 1 to 3600") !=
        std::string::npos);
  CHECK(why("amqp://host?queue=q&type=stream").find("option type is quorum or classic, not 'stream'") !=
        std::string::npos);
  CHECK(why("amqp://host?que=q").find("unknown option 'que', the nearest is 'queue'") != std::string::npos);
  CHECK(why("amqp://host?queue=q&hosts=a:b") == "hosts: expected HOST[:PORT], found 'a:b'");
  CHECK(why("amqp://host?queue=q&ca=/etc/passwd") ==
        "certificates: expected amqps://, where they are used, found amqp://");
  CHECK(why("amqps://host?queue=q&ca=/no/such") == "ca: expected a file that can be read, found '/no/such'");
  CHECK(why("amqps://host?queue=q&key=/etc/passwd") == "certificate and key: expected both or neither, found one");
  CHECK(make_rabbitmq_commands(amqp_commands_options("amqp://host").value()).error().message ==
        "queue: expected a name of 1 to 255 bytes, found 0");
}
