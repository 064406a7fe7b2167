// SPDX-License-Identifier: Apache-2.0
// ArtifactSink: keeps logs, replays and result files, under the key match/epoch/name.
// Used by one thread at a time, its writers included, unless it says that it takes several `writers`: then any thread
// may call it, and each writer is used by one thread at a time. Every call may block up to its context's deadline.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "matchrunner/base/bytes.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

struct ArtifactSinkCapabilities {
  bool reads = false;    // read() works
  bool removes = false;  // remove() works
  bool links = false;    // link() works
  bool resumes = false;  // open() with a resume token goes on where an interrupted writer was
  bool remote = false;   // to store may take long: a match is finished before, and does not fail when it cannot be done
  std::uint32_t writers = 1;  // how many may be at work at once; more than 1: each in a thread of its own
};

struct ArtifactKey {
  std::string match;        // an id (base/ids.hpp)
  std::uint64_t epoch = 0;  // of the run that made it, so that two runs never share a key
  std::string name;         // relative path with '/', no empty, "." or ".." part

  bool operator==(const ArtifactKey&) const = default;
};

// Writes one artifact. Destroyed before close: as abort.
class ArtifactWriter {
 public:
  virtual ~ArtifactWriter() = default;

  // How many bytes the sink has safely; more than 0 at the start only when resumed.
  virtual std::uint64_t offset() const = 0;

  // Goes into open() to continue after a crash; empty: cannot. May change after each write.
  virtual std::string resume_token() const = 0;

  // Appends all bytes. After an error only abort() and destruction are allowed.
  virtual Result<void> write(ByteView bytes, const Context& context) = 0;

  // Makes it visible, whole and durable, and returns its URI. The same key closed again replaces what was there.
  virtual Result<std::string> close(const Context& context) = 0;

  // Leaves nothing behind. Never fails; what could not be removed is overwritten next time.
  virtual void abort() noexcept = 0;
};

class ArtifactSink {
 public:
  virtual ~ArtifactSink() = default;

  virtual ArtifactSinkCapabilities capabilities() const = 0;

  // Whether it answers now, of a sink that is opened even where it is away. `unavailable`, `timeout`: it does not.
  virtual Result<void> reach(const Context&) { return {}; }

  // `invalid_argument`: a bad key; `not_found`: a resume token that leads nowhere any more (start again without).
  virtual Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& resume_token,
                                                       const Context& context) = 0;

  // Up to `size` bytes from `offset`; empty at the end. `not_found`: no such URI here.
  virtual Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                                   const Context& context) = 0;

  // Removing what is not there succeeds.
  virtual Result<void> remove(const std::string& uri, const Context& context) = 0;

  // A URL that a browser can open for `valid_for`.
  virtual Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) = 0;
};

}  // namespace matchrunner
