// SPDX-License-Identifier: Apache-2.0
// What an engine is sent to build an image from.
#include "adapters/docker/build_folder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <map>

#include "catch.hpp"
#include "deep_tree.hpp"
#include "file_bytes.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

namespace fs = std::filesystem;

// Of a tar, by path: what kind of thing it is, and its content, or where it leads.
std::map<std::string, std::string> things_in(std::string_view tar) {
  constexpr std::size_t block = 512;
  std::map<std::string, std::string> things;
  while (tar.size() >= block && tar[0] != '\0') {
    const auto text = [&](std::size_t from, std::size_t most) {
      const std::string_view field = tar.substr(from, most);
      return std::string(field.substr(0, field.find('\0')));
    };
    const std::size_t size = std::stoul("0" + text(124, 11), nullptr, 8);
    const char kind = tar[156];
    things[text(0, 100)] = kind + (kind == '2' ? text(157, 100) : std::string(tar.substr(block, size)));
    tar.remove_prefix(block + (size + block - 1) / block * block);
  }
  return things;
}

std::map<std::string, std::string> packed(const ImageBuild& build) {
  auto archive = docker::pack_build_folder(build, {});
  INFO((archive ? "" : archive.error().describe()));
  REQUIRE(archive);
  return things_in(as_text(archive->bytes().value()));
}

Error refused(const ImageBuild& build) {
  const auto archive = docker::pack_build_folder(build, {});
  REQUIRE(!archive);
  return archive.error();
}

// A folder with a Dockerfile.
struct Ground {
  Ground() {
    write("Dockerfile", "FROM scratch\n");
    build.folder = folder.path();
  }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(folder / path).parent_path());
    write_bytes(folder / path, text);
  }

  TemporaryFolder folder;
  ImageBuild build;
};

}  // namespace

TEST_CASE("a folder is packed as it is, without what is neither file, folder nor link") {
  const Ground ground;
  ground.write("a/b/c", "deep");
  ground.write("run", "#!/bin/sh\n");
  fs::create_directory(ground.folder / "empty");
  REQUIRE(::mkfifo((ground.folder / "pipe").c_str(), 0600) == 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{AF_UNIX, {}};
  (ground.folder / "socket").copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(socket);
  CHECK(packed(ground.build) == std::map<std::string, std::string>{{"Dockerfile", "0FROM scratch\n"},
                                                                   {"a/", "5"},
                                                                   {"a/b/", "5"},
                                                                   {"a/b/c", "0deep"},
                                                                   {"empty/", "5"},
                                                                   {"run", "0#!/bin/sh\n"}});
}

TEST_CASE("nothing outside of the folder is read") {
  const Ground ground;
  const TemporaryFolder outside;
  write_bytes(outside / "secret", "secret");
  fs::create_symlink(outside / "secret", ground.folder / "file");
  fs::create_symlink(outside.path(), ground.folder / "folder");
  fs::create_symlink("nowhere", ground.folder / "dangling");
  CHECK(packed(ground.build) == std::map<std::string, std::string>{{"Dockerfile", "0FROM scratch\n"},
                                                                   {"dangling", "2nowhere"},
                                                                   {"file", "2" + outside / "secret"},
                                                                   {"folder", "2" + outside.path()}});
  fs::create_symlink(outside / "secret", ground.folder / ".dockerignore");
  CHECK(refused(ground.build).code == ErrorCode::permission_denied);
}

TEST_CASE("what .dockerignore names is not sent, but for itself and the Dockerfile") {
  Ground ground;
  ground.write(".dockerignore", "*\n!src\nsrc/*.o\n");
  ground.write("src/main.c", "main");
  ground.write("src/main.o", "o");
  ground.write("other/deep/file", "x");
  const std::map<std::string, std::string> sent = packed(ground.build);
  CHECK(sent.size() == 4);
  CHECK(sent.contains(".dockerignore"));
  CHECK(sent.contains("Dockerfile"));
  CHECK(sent.contains("src/"));
  CHECK(sent.contains("src/main.c"));
  ground.write(".dockerignore", "docker\n");  // no exception is in it
  ground.write("docker/Dockerfile", "FROM scratch\n");
  ground.write("docker/more", "x");
  ground.build.dockerfile = "./docker//Dockerfile";
  CHECK(packed(ground.build).contains("docker/Dockerfile"));
  CHECK(!packed(ground.build).contains("docker/more"));
  ground.write(".dockerignore", "a[");
  CHECK(refused(ground.build).code == ErrorCode::invalid_argument);
}

TEST_CASE("what cannot be built from is said at once") {
  Ground ground;
  fs::remove(ground.folder / "Dockerfile");
  const Error missing = refused(ground.build);
  CHECK(missing.code == ErrorCode::not_found);
  CHECK(missing.message == ground.folder / "Dockerfile: No such file or directory");
  ground.build.dockerfile = GENERATE("../Dockerfile", "/etc/passwd", "a/../../b", "", ".");
  CHECK(refused(ground.build).code == ErrorCode::invalid_argument);
  ground.build.folder = ground.folder / "away";
  CHECK(refused(ground.build).code == ErrorCode::not_found);
  CHECK(refused(ground.build).message.find("folder " + ground.build.folder) == 0);
}

TEST_CASE("a folder with too much in it is refused before that is read") {
  const Ground ground;
  ground.write("large", "");
  fs::resize_file(ground.folder / "large", 10'000'000'000);  // a hole
  const Error large = refused(ground.build);
  CHECK(large.code == ErrorCode::resource_exhausted);
  CHECK(large.message == "folder " + ground.folder.path() + ": expected at most 10 GB to send, found more with large");
  ground.write(".dockerignore", "large");
  CHECK(!packed(ground.build).contains("large"));
}

TEST_CASE("a folder that is too deep is refused") {
  const Ground ground;
  nest(ground.folder.path(), 2'000);
  const Error deep = refused(ground.build);
  CHECK(deep.code == ErrorCode::invalid_argument);
  CHECK(deep.message == ground.folder.path() + ": has more than 256 folders in one another");
}

TEST_CASE("a caller that wants no more is heard before the whole folder is packed") {
  const Ground ground;
  std::stop_source stop;
  stop.request_stop();
  const auto archive = docker::pack_build_folder(ground.build, {Context::Clock::time_point::max(), stop.get_token()});
  REQUIRE(!archive);
  CHECK(archive.error().code == ErrorCode::cancelled);
}
