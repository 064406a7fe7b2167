// SPDX-License-Identifier: Apache-2.0
// What an engine tells of pulls, pushes and builds, whatever the pieces that it comes in.
#include "adapters/docker/long_work.hpp"

#include "catch.hpp"

using namespace matchrunner;

namespace {

struct Heard {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> bytes;
  std::uint64_t total = 0;
  Result<docker::Json> result = docker::Json();
};

Heard heard(const std::string& lines, std::size_t piece) {
  Heard heard;
  const OnImageStep on_step = [&](const ImageStep& step) {
    heard.texts.push_back(step.text);
    heard.bytes.push_back(step.bytes);
    heard.total = step.total_bytes;
  };
  docker::WorkLines work("image x", on_step);
  for (std::size_t at = 0; at < lines.size(); at += piece)
    if (auto taken = work.take(as_bytes(std::string_view(lines).substr(at, piece))); !taken) {
      heard.result = taken.error();
      return heard;
    }
  heard.result = work.close();
  return heard;
}

}  // namespace

TEST_CASE("the output of a build comes line by line, and its image at the end") {
  const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{10'000});
  const Heard build = heard(R"({"stream":"Step 1/2 : FROM scratch"}
{"stream":"\n"}
{"stream":" ---\u003e Running in a\n\u001b[1mtwo\tlines\u001b[0m\r\n10%\r20%\nhal"}
{"stream":"f\n\nno end"}
{"aux":{"ID":"sha256:1"}}
{"aux":{"ID":"sha256:2"}}
)",
                            piece);
  CHECK(build.texts == std::vector<std::string>{"Step 1/2 : FROM scratch", " ---> Running in a", "two lines", "20%",
                                                "half", "no end"});
  REQUIRE(build.result);
  CHECK(docker::text_at(*build.result, "ID") == "sha256:2");
}

TEST_CASE("what colors a terminal is taken out, and nothing of what stands behind it") {
  const auto [text, plain] = GENERATE(table<const char*, const char*>({
      {"a\x1b[1;31mb\x1b[mc", "abc"},
      {"a\x1b[?25hb", "ab"},
      {"a\x1b[31\u00e4b", "a\u00e4b"},
      {"a\x1b[\u20acb", "a\u20acb"},
      {"a\x1b[3 b", "a b"},
      {"a\x1b[3\x1b[1mb", "ab"},
      {"a\x1b[31", "a"},
  }));
  const Heard build = heard(docker::Json{{"stream", text}}.dump() + "\n", 5);
  CHECK(build.texts == std::vector<std::string>{plain});
}

TEST_CASE("how far layers are") {
  const Heard push = heard(R"({"status":"The push refers to repository [r/x]"}
{"status":"Preparing","progressDetail":{},"id":"a"}
{"status":"Pushing","progressDetail":{"current":10,"total":100},"id":"a"}
{"status":"Pushing","progressDetail":{"current":5,"total":50},"id":"b"}
{"status":"Pushing","progressDetail":{"current":102,"total":100},"id":"a"}
{"status":"Pushed","progressDetail":{},"id":"b"}
{"progressDetail":{},"aux":{"Tag":"1","Digest":"sha256:1","Size":527}}
)",
                           13);
  CHECK(push.texts[2] == "Pushing");
  CHECK(push.bytes == std::vector<std::uint64_t>{0, 0, 10, 15, 105, 150});
  CHECK(push.total == 150);
  REQUIRE(push.result);
  CHECK(docker::text_at(*push.result, "Digest") == "sha256:1");
}

TEST_CASE("work that fails says so in a line, after what it wrote") {
  const auto [line, code] = GENERATE(table<const char*, ErrorCode>({
      {"The command '/bin/sh -c echo unauthorized' returned a non-zero code: 1", ErrorCode::invalid_argument},
      {"COPY failed: file not found in build context", ErrorCode::invalid_argument},
      {"ADD failed: file not found in build context or excluded by .dockerignore", ErrorCode::invalid_argument},
      {"pull access denied for x, repository does not exist", ErrorCode::permission_denied},
      {"manifest for x not found: manifest unknown", ErrorCode::not_found},
      {"write /x: no space left on device", ErrorCode::resource_exhausted},
      {"Get http://r/v2/: dial tcp: connect: connection refused", ErrorCode::unavailable},
  }));
  const Heard build =
      heard(R"({"stream":"why"})"
            "\n" +
                docker::Json{{"errorDetail", {{"message", line}}}, {"error", line}}.dump() + GENERATE("\n", ""),
            11);
  CHECK(build.texts == std::vector<std::string>{"why"});
  REQUIRE(!build.result);
  CHECK(build.result.error().code == code);
  CHECK(build.result.error().message == "image x: " + std::string(line));
}

TEST_CASE("a line without end is refused") {
  CHECK(heard(std::string(2 << 20, 'x'), 1 << 16).result.error().code == ErrorCode::corrupt_data);
}
