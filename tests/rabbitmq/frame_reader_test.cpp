// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/frame_reader.hpp"

#include <amqp_framing.h>

#include "adapters/rabbitmq/failure.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::rabbitmq;

namespace {

amqp_frame_t method(amqp_method_number_t id, void* decoded) {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_METHOD;
  frame.payload.method = {id, decoded};
  return frame;
}

amqp_frame_t header(amqp_basic_properties_t& properties, std::uint64_t size) {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEADER;
  frame.payload.properties.body_size = size;
  frame.payload.properties.decoded = &properties;
  return frame;
}

amqp_frame_t body(std::string_view part) {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_BODY;
  frame.payload.body_fragment = bytes_of(part);
  return frame;
}

}  // namespace

TEST_CASE("a delivery is there with its last frame") {
  FrameReader reader;
  amqp_basic_deliver_t deliver{bytes_of("front"), 7, 0, {}, {}};
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_REPLY_TO_FLAG;
  properties.reply_to = bytes_of("back");
  properties.correlation_id = bytes_of("not flagged");
  CHECK_FALSE(*reader.take(method(AMQP_BASIC_DELIVER_METHOD, &deliver), "x"));
  CHECK_FALSE(*reader.take(header(properties, 5), "x"));
  CHECK_FALSE(*reader.take(body("he"), "x"));
  const auto whole = reader.take(body("llo"), "x").value();
  REQUIRE(whole);
  const auto& delivery = std::get<Delivery>(*whole);
  CHECK(delivery.body == "hello");
  CHECK(delivery.tag == 7);
  CHECK(delivery.consumer == "front");
  CHECK(delivery.reply_to == "back");
  CHECK(delivery.correlation_id.empty());

  CHECK_FALSE(*reader.take(method(AMQP_BASIC_DELIVER_METHOD, &deliver), "x"));
  CHECK(std::get<Delivery>(*reader.take(header(properties, 0), "x").value()).body.empty());
  CHECK_FALSE(*reader.take(body("of nothing"), "x"));
}

TEST_CASE("of a body that is too long so much is kept that it shows") {
  FrameReader reader;
  amqp_basic_deliver_t deliver{bytes_of("front"), 7, 0, {}, {}};
  amqp_basic_properties_t properties{};
  const std::string part(1 << 20, 'x');
  CHECK_FALSE(*reader.take(method(AMQP_BASIC_DELIVER_METHOD, &deliver), "x"));
  CHECK_FALSE(*reader.take(header(properties, 20 << 20), "x"));
  for (int i = 0; i < 19; ++i) CHECK_FALSE(*reader.take(body(part), "x"));
  CHECK(std::get<Delivery>(*reader.take(body(part), "x").value()).body.size() == (16 << 20) + 1);
}

TEST_CASE("what the broker says of itself") {
  FrameReader reader;
  amqp_connection_blocked_t blocked{bytes_of("low on memory")};
  CHECK_FALSE(*reader.take(method(AMQP_CONNECTION_BLOCKED_METHOD, &blocked), "x"));
  CHECK(reader.blocked() == "low on memory");
  CHECK_FALSE(*reader.take(method(AMQP_CONNECTION_UNBLOCKED_METHOD, nullptr), "x"));
  CHECK(reader.blocked().empty());
  amqp_channel_close_t gone{404, bytes_of("NOT_FOUND - no\nqueue"), 0, 0};
  const auto closed = reader.take(method(AMQP_CHANNEL_CLOSE_METHOD, &gone), "amqp://host");
  CHECK(closed.error().code == ErrorCode::not_found);
  CHECK(closed.error().message == "amqp://host: 404 NOT_FOUND - no%0Aqueue");
  amqp_connection_close_t forced{320, bytes_of("CONNECTION_FORCED"), 0, 0};
  CHECK(reader.take(method(AMQP_CONNECTION_CLOSE_METHOD, &forced), "x").error().code == ErrorCode::unavailable);
}
