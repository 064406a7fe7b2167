// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/failure.hpp"
#include "catch.hpp"

using namespace matchrunner;

TEST_CASE("what an engine refuses, by its status, or else by its words") {
  const auto [status, body, code] = GENERATE(table<int, const char*, ErrorCode>({
      {404, R"({"message": "No such container: x"})", ErrorCode::not_found},
      {409, R"({"message": "Conflict"})", ErrorCode::conflict},
      {400, R"({"message": "invalid reference format"})", ErrorCode::invalid_argument},
      {500, R"({"message": "write /x: no space left on device"})", ErrorCode::resource_exhausted},
      {500, R"({"message": "Get https://r/v2/: unauthorized: wrong password"})", ErrorCode::permission_denied},
      {500, "not json", ErrorCode::unavailable},
      {503, "", ErrorCode::unavailable},
  }));
  http::Answer answer;
  answer.status = status;
  answer.body = body;
  const Error error = docker::failure_of(answer, "image x");
  CHECK(error.code == code);
  CHECK(error.message.find("image x: ") == 0);
  CHECK(error.message.find('\n') == std::string::npos);
}

TEST_CASE("a long or hostile message is one short line") {
  http::Answer answer;
  answer.status = 500;
  answer.body = "a\nb\x1b[31m" + std::string(10'000, 'x');
  const std::string message = docker::failure_of(answer, "info").message;
  CHECK(message.size() < 600);
  CHECK(message.find_first_of("\n\x1b") == std::string::npos);
}
