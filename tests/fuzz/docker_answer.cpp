// SPDX-License-Identifier: Apache-2.0
// What Docker Engines answer: the stream of an attached container, errors; and references of images.
#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_reference.hpp"
#include "adapters/docker/seat_output.hpp"
#include "file_bytes.hpp"
#include "fuzz/target.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

struct Read {
  bool well = true;
  std::string out, err;
  std::uint64_t bytes = 0;
  bool operator==(const Read&) const = default;
};

// In two pieces.
Read read(std::string_view stream, std::size_t first) {
  static const TemporaryFolder folder;
  static const bool made = std::filesystem::create_directory(folder / "logs");
  require(made, "a folder for logs");
  auto output = docker::SeatOutput::open(folder.path(), "a", 1000, true).value();
  Read read;
  for (const std::string_view piece : {stream.substr(0, first), stream.substr(first)})
    if (read.well) read.well = output.take(as_bytes(piece)).has_value();
  if (output.close() && read.well) read.bytes = output.bytes();
  read.out = read_bytes(folder / "logs/a.stdout");
  read.err = read_bytes(folder / "logs/a.stderr");
  require(read.out.size() <= 1000 && read.err.size() <= 1000, "logs have their limits");
  return read;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  const std::size_t first = size == 0 ? 0 : data[0] % size;
  require(read(text, 0) == read(text, first), "pieces of a stream make the whole", text);

  if (const auto reference = docker::read_reference(text)) {
    const auto again = docker::read_reference(reference->full());
    require(again && again->full() == reference->full(), "a reference in full is the same", text);
  } else {
    require_error(reference.error(), ErrorCode::invalid_argument);
  }

  http::Answer answer;
  answer.status = size == 0 ? 0 : 100 + data[0] * 2;
  answer.body = text;
  require_one_line(docker::failure_of(answer, "image x").message);
  return 0;
}
