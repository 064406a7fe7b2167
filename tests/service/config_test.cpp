// SPDX-License-Identifier: Apache-2.0
// The configuration of a service: its file, the variables that go before it, and where secrets may stand.
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "catch.hpp"
#include "matchrunner/service_config.hpp"
#include "runtime/service/secret_references.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

std::string told(std::string_view json, const Variables& variables = {}) {
  std::string all;
  for (const InputFault& fault : check_service_config(json, variables)) all += fault.describe() + "\n";
  return all;
}

}  // namespace

TEST_CASE("every field of a service can be in its file") {
  const auto config = parse_service_config(
      R"({"store": "sqlite:////srv/m.db", "artifacts": "file:///srv/a", "executor": "sandbox://", "spool": "/srv/s",
          "sources": ["memory://"], "sinks": {"audit": "file:///srv/e.jsonl"},
          "streams": {"logs/*": "file:///srv/live"}, "targets": ["s3://cup-*/*"],
          "host_paths": ["/srv/bots"], "pool": "finals", "slots": 4,
          "workers": 2, "backlog": 5, "return_queued": false, "name": "host-7", "lease_seconds": 2.5, "collect_seconds": 3, "grace_seconds": 90, "healthy_seconds": 30, "keep_days": 0.5,
          "http": "[::]:80", "log_format": "json", "log_level": "warning"})",
      {});
  REQUIRE(config);
  CHECK(config->store == "sqlite:////srv/m.db");
  CHECK(config->sources == std::vector<std::string>{"memory://"});
  CHECK(config->sinks == std::map<std::string, std::string>{{"audit", "file:///srv/e.jsonl"}});
  CHECK(config->streams == std::map<std::string, std::string>{{"logs/*", "file:///srv/live"}});
  CHECK(config->targets == std::vector<std::string>{"s3://cup-*/*"});
  CHECK(config->host_paths == std::vector<std::string>{"/srv/bots"});
  CHECK(config->slots == 4);
  CHECK(config->workers == 2);
  CHECK(config->backlog == 5);
  CHECK_FALSE(config->return_queued);
  CHECK(config->lease_seconds == 2.5);
  CHECK(config->healthy_seconds == 30);
  CHECK(config->keep_days == 0.5);
  CHECK(config->http == "[::]:80");
  CHECK(config->log_format == LogFormat::json);
  CHECK(config->log_level == LogLevel::warning);
  CHECK(service_fields().size() == 23);
}

TEST_CASE("a variable goes before the file, and an empty one counts for nothing") {
  const auto config = parse_service_config(R"({"slots": 4, "pool": "a", "name": "n"})",
                                           {{"MATCHRUNNER_SLOTS", "8"},
                                            {"MATCHRUNNER_POOL", ""},
                                            {"MATCHRUNNER_SINKS", R"({"audit": "file:///srv/e.jsonl"})"},
                                            {"MATCHRUNNER_SOURCES", R"(["amqp://u:secret@host/"])"},
                                            {"MATCHRUNNER_HOME", "/nowhere"}});
  REQUIRE(config);
  CHECK(config->slots == 8);
  CHECK(config->pool == "a");
  CHECK(config->sinks.size() == 1);
  CHECK(config->sources == std::vector<std::string>{"amqp://u:secret@host/"});
  CHECK(parse_service_config("", {})->pool == "default");
  CHECK(parse_service_config("", {})->keep_days == 0);
  CHECK(parse_service_config(R"({"keep_days": 30})", {{"MATCHRUNNER_KEEP_DAYS", "7.5"}})->keep_days == 7.5);
}

TEST_CASE("all that is wrong with a configuration is told at once") {
  CHECK(told(R"({"slots": -1, "stroe": "memory://", "log_level": "loud", "sinks": {"-": "memory://"}})",
             {{"MATCHRUNNER_GRACE_SECONDS", "soon"}, {"MATCHRUNNER_SOURCES", "amqp://host"}}) ==
        "slots: expected a whole number from 0 to 1000, found -1\n"
        "stroe: expected a known field, such as \"store\", found an unknown one\n"
        "log_level: expected one of \"debug\", \"info\", \"warning\", \"error\", found \"loud\"\n"
        "sinks[\"-\"]: expected an id (1 to 128 of A-Z a-z 0-9 . _ -, not starting with . or -), found \"-\"\n"
        "MATCHRUNNER_SOURCES: expected a list of at most 64 entries as JSON, found text that is none\n"
        "MATCHRUNNER_GRACE_SECONDS: expected a number from 0 to 31536000 as JSON, found text that is none\n");
  for (const char* wrong : {"", "9377", ":80", "1.2.3.4:", "1.2.3.4:65536", "::1:80", "[]:80", "on"}) {
    const std::string text = wrong;
    INFO(text);
    CHECK(told(R"({"http": ")" + text + R"("})").starts_with("http: expected "));
    CHECK(told("", {{"MATCHRUNNER_HTTP", text}}).empty() == text.empty());  // as if it were not set
  }
  for (const char* right : {"off", "localhost:0", "[::1]:9377", "0.0.0.0:65535"})
    CHECK(told(R"({"http": ")" + std::string(right) + R"("})").empty());
  for (const char* wrong : {"-1", "36501", "true", "\"30\""})
    CHECK(told(R"({"keep_days": )" + std::string(wrong) + "}")
              .starts_with("keep_days: expected a number from 0 to 36500"));
  for (const char* right : {"0", "0.0001", "36500"})
    CHECK(told(R"({"keep_days": )" + std::string(right) + "}").empty());
  CHECK(told("[]") == "expected an object, found an empty list\n");
  CHECK(told("{") != "");
  CHECK_FALSE(parse_service_config("{\"slots\": true}", {}));
}

TEST_CASE("a secret does not stand in the file, and is not shown") {
  const std::string wrong = told(
      R"({"sources": ["amqp://user:geheim@host/"], "artifacts": "s3://b?session_token=geheim",
          "sinks": {"a": "amqp://user:${PATH}@host/", "b": "file://h?key=${file:/proc/self/comm}"}})");
  CHECK(wrong ==
        "artifacts: expected no secret in the file, but ${NAME} of a variable or ${file:PATH} in its place, found "
        "s3://b?session_token=***\n"
        "sources[0]: expected no secret in the file, but ${NAME} of a variable or ${file:PATH} in its place, found "
        "amqp://user:***@host/\n");
  CHECK(told(R"({"store": 7, "artifacts": {"geheim": 1}})").find("geheim") == std::string::npos);
}

TEST_CASE("a target is a URL, in which no credentials stand") {
  CHECK(
      told(R"({"targets": ["s3://cup-*/*?endpoint=https://h:9000", "amqp://h:5672/*?queue=*", "file://*"]})").empty());
  CHECK(told(R"({"targets": ["x", "amqp://u:geheim@h/?queue=q", "s3://b/../c"]})") ==
        "targets[0]: expected a URL, with * for anything, found \"x\"\n"
        "targets[1]: expected no credentials: a match's URL may have any, found \"amqp://u:***@h/?queue=q\"\n"
        "targets[2]: expected a URL, with * for anything, found \"s3://b/../c\"\n");
}

TEST_CASE("a URL has a scheme that its port knows") {
  CHECK(told(R"({"executor": "memory:// dcoker://h", "sinks": {"a": "sqlite:///x"}, "sources": ["${MR_ANY://"]})",
             {{"MATCHRUNNER_SINKS", R"({"a": 5})"}})
            .find("MATCHRUNNER_SINKS.a: expected") != std::string::npos);
  const std::string wrong = told(R"({"executor": "memory:// dcoker://h", "sinks": {"a": "sqlite:///x"}})");
  CHECK(wrong.find("executor: expected one of ") == 0);
  CHECK(wrong.find("found \"dcoker://\"\nsinks.a: expected one of file://, ") != std::string::npos);
  CHECK(told(R"({"executor": "memory://", "sinks": {"a": "file:///x", "b": "memory://"}})").empty());
}

TEST_CASE("references that lead nowhere are told by the field or the variable that they stand in") {
  CHECK(told(R"({"store": "memory://${PATH}/${MR_NOT_SET}", "sinks": {"a": "${file:/nowhere/at/all}"},
          "sources": ["memory://h", "memory://${open"]})",
             {{"MATCHRUNNER_STREAMS", R"({"logs/*": "file://${MR_NOT_SET}"})"}}) ==
        "store: expected a variable that is set, found ${MR_NOT_SET}\n"
        "sources[1]: expected a '}' after each '${', found none\n"
        "sinks.a: expected a file with text in it, found ${file:/nowhere/at/all}\n"
        "MATCHRUNNER_STREAMS.logs/*: expected a variable that is set, found ${MR_NOT_SET}\n");
  CHECK(told(R"({"store": "x://${MR_NOT_SET}"})", {{"MATCHRUNNER_STORE", "memory://h"}}).empty());  // it does not count
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(told(R"({"store": "${file:)" + (folder / "pipe") + R"(}"})").empty());  // left for who opens the store
}

TEST_CASE("references are put in, percent-encoded, from variables and files") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/secret";
  std::ofstream(file) << "a/b@c: d\n";
  REQUIRE(::setenv("MATCHRUNNER_TEST_REFERENCE", "p@ss/word", 1) == 0);
  CHECK(with_references("amqp://u:${MATCHRUNNER_TEST_REFERENCE}@h/").value() == "amqp://u:p%40ss%2Fword@h/");
  CHECK(with_references("x://h?key=${file:" + file + "}&a=1").value() == "x://h?key=a%2Fb%40c%3A%20d&a=1");
  CHECK(with_references("${file:" + file + "}").value() == "a/b@c: d");  // the whole URL is there
  CHECK(with_references("x://h").value() == "x://h");
  CHECK(without_references("x://${A}:${B}@h") == "x://***:***@h");
  REQUIRE(::unsetenv("MATCHRUNNER_TEST_REFERENCE") == 0);
  CHECK(with_references("x://${MATCHRUNNER_TEST_REFERENCE}").error().message ==
        "expected a variable that is set, found ${MATCHRUNNER_TEST_REFERENCE}");
  CHECK(with_references("x://${file:/nowhere/at/all}").error().code == ErrorCode::invalid_argument);
  CHECK(with_references("x://${open").error().code == ErrorCode::invalid_argument);
}
