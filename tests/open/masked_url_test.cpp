// SPDX-License-Identifier: Apache-2.0
// No secret of a URL is ever shown, also when the URL is a broken one.
#include "catch.hpp"
#include "matchrunner/open.hpp"

using namespace matchrunner;

TEST_CASE("what may be shown of a URL") {
  struct Row {
    const char* url;
    const char* shown;
  };
  const Row rows[] = {
      {"sqlite:///runs.db?durable=1", "sqlite:///runs.db?durable=1"},
      {"memory://", "memory://"},
      {"file:///a@b:c/d", "file:///a@b:c/d"},
      {"amqp://user:hunter2@host:5672/vhost", "amqp://user:***@host:5672/vhost"},
      {"amqp://user@host", "amqp://user@host"},
      {"redis://:hunter2@host", "redis://:***@host"},
      {"redis://:hunter2@evil@host", "redis://:***@host"},
      {"redis://:hun/ter2@host/0", "redis://:***@host/0"},
      {"redis://:hun?ter2@host", "redis://:***@host"},
      {"http://host:80/a@b", "http://host:80/a@b"},
      {"s3://bucket?access_key=AK&secret_key=SK&region=eu", "s3://bucket?access_key=***&secret_key=***&region=eu"},
      {"a://h?PassWord=x&token=y&Auth=z#f", "a://h?PassWord=***&token=***&Auth=***#***"},
      {"a://h?%70assword=x&%zz=y", "a://h?%70assword=***&%zz=***"},
      {"not a url", "not a url"},
      {"s3:/key:hush@cup", "***@cup"},
      {"user:hu@sh@host/?queue=q&token=t", "***@host/?queue=q&token=***"},
      {"a://\x1b[2J\n/?b=\x7f\xc2\x9b\xc3\xa9", "a://%1B[2J%0A/?b=%7F%C2%9B\xc3\xa9"},
      {"", ""},
  };
  for (const Row& row : rows) CHECK(masked_url(row.url) == row.shown);
}

TEST_CASE("messages about a URL show no secret") {
  for (const char* url :
       {"nosuch://user:hunter2@host/?token=hunter2", "sqlite://user:hunter2@host/x", "file:///a?secret=hunter2",
        "file://u:hunter2@/a%zz", "memory://:hunter2@h", "a://u:hunter2@h/#f", "1://u:hunter2@h"}) {
    INFO(url);
    for (const Error& error :
         {open_state_store(url).error(), open_artifact_sink(url).error(), open_event_sink(url).error(),
          open_command_source(url).error(), open_executor(url).error()}) {
      CHECK(error.code == ErrorCode::invalid_argument);
      CHECK(error.describe().find("hunter2") == std::string::npos);
    }
  }
}

TEST_CASE("a bare URL leads to the same place and has no credentials") {
  CHECK(bare_url("s3://key:secret@cup/a?endpoint=http%3A%2F%2Fh&session_token=t&region=r") ==
        "s3://cup/a?endpoint=http%3A%2F%2Fh&region=r");
  CHECK(bare_url("amqp://u:p@host:1/v?queue=q") == "amqp://host:1/v?queue=q");
  CHECK(bare_url("s3://b?secret=x") == "s3://b");
  for (const std::string same :
       {"amqp://host/?queue=a@b", "file:///srv/a", "memory://", "s3://b/p?style=path&region=r"})
    CHECK(bare_url(same) == same);
}

TEST_CASE("a target is permitted where scheme, host, path and every option are") {
  const std::string queue = "amqp://broker:5672/?exchange=live-*&queue=*";
  CHECK(is_permitted_url("amqp://u:p@broker:5672/?exchange=live-7&queue=x", queue));
  CHECK(is_permitted_url("amqp://broker:5672?exchange=live-7", queue));
  for (const std::string other :
       {"amqps://broker:5672/?exchange=live-7", "amqp://broker/?exchange=live-7", "amqp://evil:5672/?exchange=live-7",
        "amqp://broker:5672/v?exchange=live-7", "amqp://broker:5672/?exchange=dead-7", "amqp://broker:5672/?queue=x",
        "amqp://broker:5672/?exchange=live-7&hosts=evil", "amqp://broker:5672/?exchange=live-7&ca=/etc/shadow",
        "broker", "amqp://broker:5672@evil/?exchange=live-7"}) {
    INFO(other);
    CHECK_FALSE(is_permitted_url(other, queue));
  }
  const std::string bucket = "s3://cup-*/logs/*?endpoint=http://minio:9000";
  CHECK(is_permitted_url("s3://k:s@cup-1/logs/a?endpoint=http%3A%2F%2Fminio:9000&session_token=t", bucket));
  CHECK_FALSE(is_permitted_url("s3://cup-1/logs/a", bucket));
  CHECK_FALSE(is_permitted_url("s3://cup-1/other?endpoint=http://minio:9000", bucket));
  CHECK_FALSE(is_permitted_url("s3://cup-1/logs/a?endpoint=http://minio:9000&credentials=/root/.aws", bucket));
  CHECK_FALSE(is_permitted_url("file:///srv/../etc/x", "file:///srv/*"));
  CHECK_FALSE(is_permitted_url("file:///srv/..", "file:///srv/*"));
  CHECK(is_permitted_url("file:///srv/a", "file:///srv/*"));
}
