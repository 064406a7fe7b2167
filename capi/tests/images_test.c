// SPDX-License-Identifier: Apache-2.0
// Images: built, pushed and pulled by a C caller, over a real engine and its registry where tests may start them.
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "ground.h"

typedef struct told {
  int steps;
  int heard;  // the line that was waited for
  const char* awaited;
  mr_stop* stop;  // requested by that line
} told;

static void on_step(void* self, const char* text, uint64_t bytes, uint64_t total_bytes) {
  told* const it = self;
  ++it->steps;
  CHECK(bytes <= total_bytes);
  if (it->awaited == NULL || strcmp(text, it->awaited) != 0) return;
  it->heard = 1;
  mr_stop_request(it->stop);
}

static void test_what_cannot_be_done(void) {
  mr_image_build_options build = MR_IMAGE_BUILD_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_buffer* out = NULL;
  const char* const away = "docker:///nowhere/engine.sock";
  mr_code code = mr_image_push(&out, "docker://", "Red", NULL, NULL, MR_NO_TIMEOUT, NULL, NULL);
  CHECK_FAILS(mr_image_build(&out, away, NULL, NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "build");
  CHECK_FAILS(mr_image_build(&out, away, &build, NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "build.folder");
  CHECK_FAILS(mr_image_push(&out, away, NULL, NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "tag");
  CHECK(out == NULL);
  if (code == MR_ERROR_UNSUPPORTED) return;  // built without
  CHECK(code == MR_ERROR_INVALID_ARGUMENT);
  CHECK_FAILS(mr_image_pull(&out, "sandbox://", "red", NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "docker://");
  CHECK_FAILS(mr_image_pull(&out, away, "red", NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error, MR_ERROR_UNAVAILABLE,
              "/nowhere/engine.sock");
}

#ifdef SERVER_SCRIPTS

typedef struct engine {
  ground on;  // of its folder, and of what is built from
  char registry[64];
  pid_t process;
  FILE* input;
} engine;

static int start_engine(engine* it) {
  int to[2], from[2];
  char up[8] = "";
  FILE* output;
  if (pipe(to) != 0 || pipe(from) != 0) return 0;
  it->process = fork();
  if (it->process == 0) {
    char folder[80];
    snprintf(folder, sizeof folder, "%s/engine", it->on.folder);
    dup2(to[0], 0);
    dup2(from[1], 1);
    close(to[0]), close(to[1]), close(from[0]), close(from[1]);
    execl(SERVER_SCRIPTS "/docker", "docker", folder, (char*)NULL);
    _exit(127);
  }
  close(to[0]), close(from[1]);
  it->input = fdopen(to[1], "w");
  output = fdopen(from[0], "r");
  if (fscanf(output, "%7s %63s", up, it->registry) != 2) return 0;
  return strcmp(up, "up") == 0;  // the output stays open: it would be ended by a write into nothing
}

static void write_file(const char* folder, const char* name, const char* text) {
  char path[200];
  FILE* file;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "w");
  if (!CHECK(file != NULL)) return;
  fputs(text, file);
  fclose(file);
}

static void test_built_pushed_and_pulled(const engine* server) {
  char url[400], tag[100];
  mr_image_build_options build = MR_IMAGE_BUILD_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_buffer* out = NULL;
  told output = {0, 0, "made in C", NULL};
  told layers = {0, 0, NULL, NULL};
  snprintf(url, sizeof url, "docker://%s/engine/engine.sock?registry=%s&registry_user=test&registry_password=testing",
           server->on.folder, server->registry);
  snprintf(tag, sizeof tag, "%s/test/c:1", server->registry);
  write_file(server->on.folder, "Dockerfile", "FROM matchrunner-test/busybox:1\nRUN echo made in C\n");
  build.folder = server->on.folder;
  build.tag = tag;
  write_file(server->on.folder, ".dockerignore", "engine\n");
  if (!CHECK_OK(mr_image_build(&out, url, &build, on_step, &output, MR_NO_TIMEOUT, NULL, &error), error)) return;
  CHECK(output.heard);
  CHECK_CONTAINS(mr_buffer_data(out), "\"id\":\"sha256:");
  CHECK_CONTAINS(mr_buffer_data(out), tag);
  mr_buffer_free(out);
  if (!CHECK_OK(mr_image_push(&out, url, tag, on_step, &layers, MR_NO_TIMEOUT, NULL, &error), error)) return;
  CHECK(layers.steps > 0);
  CHECK_CONTAINS(mr_buffer_data(out), "\"digest\":\"sha256:");
  mr_buffer_free(out);
  if (!CHECK_OK(mr_image_pull(&out, url, tag, NULL, NULL, MR_NO_TIMEOUT, NULL, &error), error)) return;
  CHECK_CONTAINS(mr_buffer_data(out), "\"digest\":\"sha256:");
  mr_buffer_free(out);
}

static void test_stopped(const engine* server) {
  char url[200];
  mr_image_build_options build = MR_IMAGE_BUILD_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_buffer* out = NULL;
  told output = {0, 0, "asleep", NULL};
  snprintf(url, sizeof url, "docker://%s/engine/engine.sock", server->on.folder);
  write_file(server->on.folder, "other", "FROM matchrunner-test/busybox:1\nRUN echo asleep; sleep 1000\n");
  build.folder = server->on.folder;
  build.tag = "test/asleep:1";
  build.dockerfile = "other";
  if (!CHECK_OK(mr_stop_new(&output.stop, &error), error)) return;
  CHECK_FAILS(mr_image_build(&out, url, &build, on_step, &output, MR_NO_TIMEOUT, output.stop, &error), error,
              MR_ERROR_CANCELLED, "");
  CHECK(output.heard);
  mr_stop_free(output.stop);
}

static void test_with_an_engine(void) {
  engine server;
  if (geteuid() != 0) return;
  memset(&server, 0, sizeof server);
  ground_make(&server.on);
  if (CHECK(start_engine(&server))) {
    test_built_pushed_and_pulled(&server);
    test_stopped(&server);
  }
  if (server.input != NULL) fclose(server.input);  // ends it
  waitpid(server.process, NULL, 0);
  ground_remove(&server.on);
}

#endif

int main(void) {
  test_what_cannot_be_done();
#ifdef SERVER_SCRIPTS
  test_with_an_engine();
#endif
  return check_result();
}
