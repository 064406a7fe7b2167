// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/readiness.hpp"

#include "adapters/docker/failure.hpp"

namespace matchrunner::docker {

std::optional<std::vector<std::string>> health_check_of(const Json& image) {
  std::vector<std::string> words;
  const Json::json_pointer at("/Config/Healthcheck/Test");
  if (image.contains(at) && image[at].is_array())
    for (const Json& word : image[at])
      if (word.is_string()) words.push_back(word.get<std::string>());
  const std::string kind = words.empty() ? "" : words.front();
  if (kind == "CMD" && words.size() > 1) return std::vector<std::string>(words.begin() + 1, words.end());
  if (kind == "CMD-SHELL" && words.size() > 1) return std::vector<std::string>{"/bin/sh", "-c", words[1]};
  return std::nullopt;
}

Result<bool> passes(Engine& engine, const std::string& container, const std::vector<std::string>& command,
                    const Context& context) {
  const std::string what = "health check";
  const std::string body = Json{{"Cmd", command}, {"AttachStdout", true}, {"AttachStderr", true}}.dump();
  const auto made = engine.call(engine.json_request("POST", "/containers/" + container + "/exec", body), what, context);
  if (!made && made.error().code == ErrorCode::conflict) return false;  // it does not run any more
  if (!made) return made.error();
  const std::string path = "/exec/" + text_at(object_from(made->body), "Id");
  const std::string start = R"({"Detach": false, "Tty": false})";
  auto request = engine.json_request("POST", path + "/start", start);
  request.body_sink = [](const http::Answer&, ByteView) -> Result<http::Request::Taken> {
    return http::Request::Taken{};
  };
  const auto ran = engine.call(std::move(request), what, context);
  if (!ran && (ran.error().code == ErrorCode::unavailable || ran.error().code == ErrorCode::cancelled))
    return ran.error();
  if (!ran) return false;  // its program is not there, or it took too long
  const auto state = engine.call(engine.request("GET", path + "/json"), what, context);
  if (!state) return state.error();
  const Json json = object_from(state->body);
  const Json* const code = part_of(json, "ExitCode");
  return code != nullptr && code->is_number_integer() && code->get<int>() == 0;
}

std::string what_is_missing(const Readiness& ready) {
  if (ready.log) return "its log has no '" + *ready.log + "'";
  if (ready.port) return "nothing listens on its port " + std::to_string(*ready.port);
  return "its health check does not pass";
}

}  // namespace matchrunner::docker
