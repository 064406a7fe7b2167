// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/seat_archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>

#include "adapters/docker/failure.hpp"
#include "base/system_error.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t chunk = 1 << 16;
constexpr mode_t folder_mode = 0755;
constexpr mode_t permissions = 0777;
constexpr int deepest = 32;  // folders in folders; what is below is not taken

struct FreeWriter {
  void operator()(archive* writer) const { ::archive_write_free(writer); }
};
struct FreeReader {
  void operator()(archive* reader) const { ::archive_read_free(reader); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};

Error failed(archive* of, const std::string& what) {
  const char* why = ::archive_error_string(of);
  return {ErrorCode::resource_exhausted, what + ": " + (why == nullptr ? "no reason given" : why), origin};
}

Result<void> write_all(int file, const char* bytes, std::size_t size, const std::string& path) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(errno, "write " + path, origin);
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

// Puts folders and files into a tar, each once.
class Packer {
 public:
  Packer(archive* writer, User owner, const Context& context) : writer_(writer), owner_(owner), context_(context) {}

  Result<void> folder(const std::string& path, std::chrono::seconds at = {}) {
    if (!folders_.insert(path).second) return {};
    return head(path, AE_IFDIR, folder_mode, 0, {}, at);
  }

  Result<void> folders_above(const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      if (auto made = folder(path.substr(0, slash)); !made) return made;
    return {};
  }

  Result<void> text(const std::string& path, const std::string& content) {
    const mode_t mode = content.rfind("#!", 0) == 0 ? 0755 : 0644;
    if (auto begun = head(path, AE_IFREG, mode, content.size()); !begun) return begun;
    return data(content.data(), content.size(), path);
  }

  Result<void> any(const std::string& source, const std::string& path) {
    if (auto going = context_.check(); !going) return going;
    struct stat about {};
    if (::stat(source.c_str(), &about) != 0) return system_error(errno, "file " + source, origin);
    if (S_ISREG(about.st_mode)) return file(source, path);
    if (!S_ISDIR(about.st_mode))
      return Error{ErrorCode::invalid_argument, source + " is neither a file nor a folder", origin};
    if (auto made = folder(path); !made) return made;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(source, error))
      if (auto packed = inside(entry, path); !packed) return packed;
    return error ? Result<void>(system_error(error.value(), "list " + source, origin)) : Result<void>();
  }

 private:
  Result<void> inside(const std::filesystem::directory_entry& entry, const std::string& folder) {
    const std::string path = folder + "/" + entry.path().filename().string();
    std::error_code error;
    if (!entry.is_symlink(error)) return any(entry.path().string(), path);
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (error) return system_error(error.value(), "read link " + entry.path().string(), origin);
    return head(path, AE_IFLNK, permissions, 0, target);
  }

  Result<void> file(const std::string& source, const std::string& path) {
    const UniqueFd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (!from || ::fstat(from.get(), &about) != 0) return system_error(errno, "open " + source, origin);
    const auto size = static_cast<std::uint64_t>(about.st_size);
    if (auto begun = head(path, AE_IFREG, about.st_mode & permissions, size); !begun) return begun;
    char buffer[chunk];
    for (std::uint64_t done = 0; done < size;) {
      if (auto going = context_.check(); !going) return going;
      const ssize_t got = ::read(from.get(), buffer, std::min<std::uint64_t>(sizeof buffer, size - done));
      if (got < 0) return system_error(errno, "read " + source, origin);
      if (got == 0) return Error{ErrorCode::conflict, "file " + source + " became shorter as it was read", origin};
      if (auto put = data(buffer, static_cast<std::size_t>(got), path); !put) return put;
      done += static_cast<std::uint64_t>(got);
    }
    return {};
  }

  Result<void> head(const std::string& path, unsigned type, mode_t mode, std::uint64_t size,
                    const std::string& link = {}, std::chrono::seconds at = {}) {
    const std::unique_ptr<archive_entry, FreeEntry> entry(::archive_entry_new());
    ::archive_entry_set_pathname(entry.get(), path.c_str());
    ::archive_entry_set_filetype(entry.get(), type);
    ::archive_entry_set_perm(entry.get(), mode);
    ::archive_entry_set_uid(entry.get(), owner_.uid);
    ::archive_entry_set_gid(entry.get(), owner_.gid);
    ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    ::archive_entry_set_mtime(entry.get(), at.count(), 0);
    if (!link.empty()) ::archive_entry_set_symlink(entry.get(), link.c_str());
    if (::archive_write_header(writer_, entry.get()) != ARCHIVE_OK) return failed(writer_, "pack " + path);
    return {};
  }

  Result<void> data(const char* bytes, std::size_t size, const std::string& path) {
    if (::archive_write_data(writer_, bytes, size) != static_cast<la_ssize_t>(size))
      return failed(writer_, "pack " + path);
    return {};
  }

  archive* const writer_;
  const User owner_;
  const Context& context_;
  std::set<std::string> folders_;
};

constexpr const char* home = "seat";
constexpr const char* output_place = "kept/output";
constexpr const char* result_place = "kept/result";

Result<void> pack_files(Packer& packer, const Seat& seat, bool is_prepared) {
  if (auto made = packer.folder(home); !made) return made;
  for (const SeatFile& file : seat.files) {
    const std::string path = std::string(home) + "/" + file.path;
    if (auto made = packer.folders_above(path); !made) return made;
    auto packed = file.content ? packer.text(path, *file.content) : packer.any(file.source.value_or(""), path);
    if (!packed) {
      Error error = std::move(packed).error();
      error.message = "seat " + seat.name + ": " + error.message;
      return error;
    }
  }
  if (seat.working_folder)
    if (auto made = packer.folders_above(std::string(home) + "/" + *seat.working_folder + "/"); !made) return made;
  if (seat.role == SeatRole::player || is_prepared) return {};
  for (const char* place : {"kept", output_place, result_place})
    if (auto made = packer.folder(place); !made) return made;
  return {};
}

// Makes an archive in a file of `work_folder`; `pack` is what goes into it.
template <typename Pack>
Result<Archive> packed(const std::string& work_folder, const Pack& pack) {
  auto made = Archive::make(work_folder);
  if (!made) return made;
  const std::unique_ptr<archive, FreeWriter> writer(::archive_write_new());
  ::archive_write_set_format_gnutar(writer.get());  // names as they are, of any bytes
  if (::archive_write_open_fd(writer.get(), made->fd()) != ARCHIVE_OK) return failed(writer.get(), "pack");
  if (auto done = pack(writer.get()); !done) return std::move(done).error();
  if (::archive_write_close(writer.get()) != ARCHIVE_OK) return failed(writer.get(), "pack");
  return made;
}

// "kept/output/a/b" -> "output/a/b"; empty: nothing that is wanted. No part is ".." or empty.
std::string place_of(std::string_view path) {
  constexpr std::string_view kept = "kept/";
  if (!path.starts_with(kept)) return {};
  path.remove_prefix(kept.size());
  const bool output = path.starts_with("output/") && path.size() > std::string_view("output/").size();
  if (!output && path != std::string("result/") + result_file) return {};
  if (!output) return result_file;
  const std::string whole = "/" + std::string(path) + "/";
  int slashes = 0;
  for (const char c : path) slashes += c == '/' ? 1 : 0;
  if (whole.find("/../") != std::string::npos || whole.find("/./") != std::string::npos ||
      whole.find("//") != std::string::npos || slashes > deepest)
    return {};
  return std::string(path);
}

// In the C locale libarchive has names beyond ASCII as UTF-8 alone.
std::string_view name_of(archive_entry* entry) {
  const char* name = ::archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = ::archive_entry_pathname(entry);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

Result<void> unpack_file(archive* reader, const std::string& to, Kept what) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(to).parent_path(), error);
  if (error) return system_error(error.value(), "make the folder of " + to, origin);
  const int mode = what == Kept::all ? O_TRUNC : O_APPEND;
  const UniqueFd file(::open(to.c_str(), O_WRONLY | O_CREAT | mode | O_NOFOLLOW | O_CLOEXEC, 0644));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0) return system_error(errno, "create " + to, origin);
  auto there = static_cast<std::size_t>(about.st_size);
  char buffer[chunk];
  for (la_ssize_t got = 0; (got = ::archive_read_data(reader, buffer, sizeof buffer)) > 0;) {
    const auto size = static_cast<std::size_t>(got);
    const std::size_t skipped = std::min(there, size);
    there -= skipped;
    if (auto written = write_all(file.get(), buffer + skipped, size - skipped, to); !written) return written;
  }
  return {};
}

}  // namespace

Result<Archive> Archive::make(const std::string& folder) {
  UniqueFd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return system_error(errno, "make a file in " + folder, origin);
  return Archive(std::move(file));
}

Archive::Archive(Archive&& other) noexcept
    : file_(std::move(other.file_)),
      size_(other.size_),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_size_(other.mapped_size_) {}

Archive::~Archive() { unmap(); }

void Archive::unmap() {
  if (mapped_ != nullptr) ::munmap(std::exchange(mapped_, nullptr), mapped_size_);
}

Result<void> Archive::append(ByteView part) {
  unmap();
  const std::string_view text = as_text(part);
  if (auto written = write_all(file_.get(), text.data(), text.size(), "an archive"); !written) return written;
  size_ += text.size();
  return {};
}

Result<ByteView> Archive::bytes() {
  struct stat about {};
  if (::fstat(file_.get(), &about) != 0) return system_error(errno, "stat of an archive", origin);
  if (about.st_size == 0) return ByteView();
  unmap();
  mapped_size_ = static_cast<std::size_t>(about.st_size);
  void* const mapped = ::mmap(nullptr, mapped_size_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
  if (mapped == MAP_FAILED) return system_error(errno, "map an archive", origin);
  mapped_ = mapped;
  return ByteView(static_cast<const std::byte*>(mapped_), mapped_size_);
}

Result<Archive> pack_seat(const MatchPlan& plan, const Seat& seat, bool is_prepared, User owner,
                          const Context& context) {
  return packed(plan.spool_folder + "/work", [&](archive* writer) {
    Packer packer(writer, owner, context);
    return pack_files(packer, seat, is_prepared);
  });
}

Result<Archive> pack_folders(const std::string& work_folder, User owner, std::chrono::seconds at) {
  return packed(work_folder, [&](archive* writer) -> Result<void> {
    const std::string volume = std::string(volume_folder).substr(1);
    const Context context;
    if (auto made = Packer(writer, User{0, 0}, context).folder(volume); !made) return made;
    Packer packer(writer, owner, context);
    for (const char* place : {home, "kept", result_place})
      if (auto made = packer.folder(volume + "/" + place); !made) return made;
    return packer.folder(volume + "/" + output_place, at);
  });
}

Result<Unpacked> unpack_kept(Archive& from, const std::string& spool, std::uint64_t limit, Kept what) {
  const auto bytes = from.bytes();
  if (!bytes) return bytes.error();
  Unpacked unpacked;
  const std::unique_ptr<archive, FreeReader> reader(::archive_read_new());
  ::archive_read_support_format_tar(reader.get());
  if (::archive_read_open_memory(reader.get(), bytes->data(), bytes->size()) != ARCHIVE_OK)
    return Error{ErrorCode::corrupt_data, "what the seat left: " + failed(reader.get(), "unpack").message, origin};
  std::uint64_t seen = 0;
  archive_entry* entry = nullptr;
  for (int read = 0; (read = ::archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK || read == ARCHIVE_WARN;) {
    const std::string place = place_of(name_of(entry));
    const bool is_file = ::archive_entry_filetype(entry) == AE_IFREG && ::archive_entry_hardlink(entry) == nullptr;
    if (place.empty() || (place == result_file && what == Kept::more_output)) continue;
    if (place != result_file) {
      if (seen == max_output_files) {
        ++unpacked.surplus;
        continue;
      }
      ++seen;
      if (!is_file) continue;
      unpacked.bytes += static_cast<std::uint64_t>(::archive_entry_size(entry));
      if (unpacked.bytes > limit) {
        ++unpacked.dropped;
        continue;
      }
    }
    if (!is_file) continue;
    if (auto taken = unpack_file(reader.get(), spool + "/" + place, what); !taken) return std::move(taken).error();
  }
  return unpacked;
}

}  // namespace matchrunner::docker
