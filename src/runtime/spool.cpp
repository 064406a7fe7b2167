// SPDX-License-Identifier: Apache-2.0
#include "runtime/spool.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.hpp"
#include "base/remove_tree.hpp"
#include "base/system_error.hpp"
#include "matchrunner/base/ids.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner {
namespace {

namespace fs = std::filesystem;

constexpr const char* origin = "spool";
constexpr int max_depth = 32;

std::string default_folder() {
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  return ((error ? fs::path("/tmp") : temporary) / ("matchrunner-spool-" + std::to_string(::geteuid()))).string();
}

Result<void> add_files(const fs::path& root, const fs::path& below, int depth, SpooledArtifacts& found) {
  std::error_code error;
  fs::directory_iterator entries(root / below, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error) return system_error(error.value(), "cannot list " + (root / below).string(), origin);
  for (; entries != fs::directory_iterator() && !found.more; entries.increment(error)) {
    if (error) return system_error(error.value(), "cannot list " + (root / below).string(), origin);
    const fs::path name = below / entries->path().filename();
    const fs::file_status status = entries->symlink_status(error);
    if (fs::is_regular_file(status)) {
      found.more = found.names.size() == max_output_files;
      if (!found.more) found.names.push_back(name.string());
    } else if (fs::is_directory(status) && depth < max_depth) {
      if (auto added = add_files(root, name, depth + 1, found); !added) return added;
    }
  }
  return {};
}

// Names are what seats like, and may be long.
fs::path token_file(const std::string& run_folder, const std::string& name) {
  return fs::path(run_folder) / ("upload." + sha256_hex(name));
}

}  // namespace

Result<Spool> Spool::open(const std::string& folder) {
  const fs::path path = fs::absolute(folder.empty() ? default_folder() : folder).lexically_normal();
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return system_error(error.value(), "cannot make the spool folder " + path.string(), origin);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    return system_error(errno, "cannot use the spool folder " + path.string(), origin);
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid())
    return Error{ErrorCode::permission_denied, "the spool folder " + path.string() + " is not a folder of this user",
                 origin};
  if (::chmod(path.c_str(), 0711) != 0 || ::access(path.c_str(), W_OK | X_OK) != 0)
    return system_error(errno, "cannot write to the spool folder " + path.string(), origin);
  return Spool(path.string());
}

std::string Spool::new_run_folder(const Match& match) const {
  return folder_ + "/" + match.id + "." + match.unique_id + "." + random_hex(6);
}

std::vector<Spool::RunFolder> Spool::runs() const {
  std::vector<RunFolder> folders;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::size_t end = name.rfind('.');
    const std::size_t id_end = end == name.npos || end == 0 ? name.npos : name.rfind('.', end - 1);
    if (id_end == name.npos || !is_valid_id(name.substr(0, id_end))) continue;
    folders.push_back({name.substr(0, id_end), name.substr(id_end + 1, end - id_end - 1), entry->path().string()});
  }
  return folders;
}

Result<void> make_run_folder(const std::string& run_folder) {
  for (const char* below : {"", "/logs", "/output", "/work"})
    if (::mkdir((run_folder + below).c_str(), 0700) != 0)
      return system_error(errno, "cannot make " + run_folder + below, origin);
  return {};
}

void end_run_folder(const std::string& run_folder) {
  [[maybe_unused]] const auto remains = remove_tree(run_folder + "/work");  // goes with the folder, else
}

bool spool_is_full(const std::string& run_folder) {
  struct statvfs disk {};
  if (::statvfs(run_folder.c_str(), &disk) != 0) return false;
  return disk.f_bavail == 0 || (disk.f_files != 0 && disk.f_favail == 0);
}

Result<SpooledArtifacts> spooled_artifacts(const std::string& run_folder) {
  SpooledArtifacts logs, found;
  if (auto added = add_files(run_folder, "logs", 0, logs); !added) return added.error();
  if (auto added = add_files(run_folder, "output", 0, found); !added) return added.error();
  std::vector<std::string>& names = found.names;
  names.insert(names.end(), logs.names.begin(), logs.names.end());
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(fs::path(run_folder) / "result.json", error)))
    names.emplace_back("result.json");
  std::sort(names.begin(), names.end());
  return found;
}

Result<UniqueFd> open_spooled(const std::string& run_folder, const std::string& name) {
  if (name != "result.json" && !name.starts_with("logs/") && !name.starts_with("output/"))
    return Error{ErrorCode::not_found, "no artifact named \"" + name + "\"", origin};
  const UniqueFd folder(::open(run_folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error(errno, "cannot open " + run_folder, origin);
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // never hang on a fifo
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  UniqueFd file(static_cast<int>(::syscall(SYS_openat2, folder.get(), name.c_str(), &how, sizeof how)));
  if (!file) return system_error(errno, "cannot open artifact " + name, origin);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Error{ErrorCode::not_found, "artifact \"" + name + "\" is not a regular file", origin};
  return file;
}

Result<Artifact> described(const std::string& name, int fd) {
  if (::fdatasync(fd) != 0) return system_error(errno, "cannot sync artifact " + name, origin);
  Artifact artifact;
  artifact.name = name;
  Sha256 sha;
  std::vector<std::byte> buffer(std::size_t{1} << 18);
  while (true) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(artifact.bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "cannot read artifact " + name, origin);
    if (got == 0) break;
    sha.update(ByteView(buffer.data(), static_cast<std::size_t>(got)));
    artifact.bytes += static_cast<std::uint64_t>(got);
  }
  artifact.sha256 = sha.hex();
  return artifact;
}

Result<std::optional<std::string>> read_spooled(const std::string& run_folder, const std::string& name,
                                                std::size_t limit) {
  const auto file = open_spooled(run_folder, name);
  if (!file && file.error().code == ErrorCode::not_found) return std::optional<std::string>();
  if (!file) return file.error();
  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file->get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "cannot read " + name, origin);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit)
    return Error{ErrorCode::corrupt_data, name + " is longer than " + std::to_string(limit) + " bytes", origin};
  text.resize(size);
  return std::optional<std::string>(std::move(text));
}

std::string upload_token(const std::string& run_folder, const std::string& name) {
  std::ifstream file(token_file(run_folder, name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void keep_upload_token(const std::string& run_folder, const std::string& name, const std::string& token) {
  const fs::path path = token_file(run_folder, name);
  const fs::path next = path.string() + ".next";
  if (std::ofstream file(next, std::ios::binary | std::ios::trunc); !(file << token)) return;
  std::error_code ignored;
  fs::rename(next, path, ignored);
}

std::string log_tail(const std::string& run_folder, const std::string& name) {
  constexpr off_t most_bytes = 1024;
  constexpr int most_lines = 10;
  const auto file = open_spooled(run_folder, name);
  if (!file) return {};
  const off_t size = ::lseek(file->get(), 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::clamp<off_t>(size, 0, most_bytes)), '\0');
  const ssize_t got = ::pread(file->get(), text.data(), text.size(), std::max<off_t>(size - most_bytes, 0));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (size > most_bytes) {  // no part of a character, and no part of a line where there are whole ones
    const std::size_t end_of_line = text.find('\n');
    const std::size_t whole = text.find_first_not_of('\n', std::min(end_of_line, text.size()));
    const auto character = std::find_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    const auto at = whole != std::string::npos ? whole : static_cast<std::size_t>(character - text.begin());
    text.erase(0, at);
  }
  std::size_t begin = text.size();
  for (int lines = text.ends_with('\n') ? 0 : 1; lines <= most_lines && begin != std::string::npos && begin > 0;
       ++lines)
    begin = text.rfind('\n', begin - 1);
  return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

Result<void> remove_run_folder(const std::string& run_folder) {
  const auto remains = remove_tree(run_folder);
  if (remains) return system_error(remains->error_number, "cannot remove " + remains->path, origin);
  return {};
}

}  // namespace matchrunner
