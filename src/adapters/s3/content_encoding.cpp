// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/content_encoding.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>

namespace matchrunner::s3 {
namespace {

constexpr std::size_t piece = 64 * 1024;
constexpr int gzip_window = MAX_WBITS + 16;
constexpr int zstd_level = 3;

Error broken(std::string_view coding) {
  return {ErrorCode::corrupt_data, "the object is not the " + std::string(coding) + " that it says it is", "s3"};
}

// zlib never writes there, and asks for a pointer that could.
Bytef* input_of(ByteView bytes) { return reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data())); }

class Identity final : public Encoder, public Decoder {
 public:
  void encode(ByteView bytes, std::string& out) override { out += as_text(bytes); }
  void end(std::string&) override {}
  Result<void> decode(ByteView bytes, const Take& take) override {
    take(as_text(bytes));
    return {};
  }
};

class GzipEncoder final : public Encoder {
 public:
  GzipEncoder() {
    if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~GzipEncoder() override { ::deflateEnd(&stream_); }
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;

  void encode(ByteView bytes, std::string& out) override {
    constexpr std::size_t most = std::size_t{1} << 30;  // what a counter of zlib can hold
    while (!bytes.empty()) {
      const ByteView part = bytes.first(std::min(bytes.size(), most));
      run(part, Z_NO_FLUSH, out);
      bytes = bytes.subspan(part.size());
    }
  }
  void end(std::string& out) override { run({}, Z_FINISH, out); }

 private:
  void run(ByteView part, int flush, std::string& out) {
    std::array<char, piece> ready;
    stream_.next_in = input_of(part);
    stream_.avail_in = static_cast<uInt>(part.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(ready.data());
      stream_.avail_out = static_cast<uInt>(ready.size());
      ::deflate(&stream_, flush);
      out.append(ready.data(), ready.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    if (::inflateInit2(&stream_, gzip_window) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Result<void> decode(ByteView bytes, const Take& take) override {
    std::array<char, piece> ready;
    stream_.next_in = input_of(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(ready.data());
      stream_.avail_out = static_cast<uInt>(ready.size());
      const int code = ::inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken("gzip");
      if (!take({ready.data(), ready.size() - stream_.avail_out})) return {};
      if (code == Z_STREAM_END && stream_.avail_in > 0 && ::inflateReset(&stream_) != Z_OK) return broken("gzip");
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    return {};
  }

 private:
  z_stream stream_{};
};

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder() : stream_(::ZSTD_createCStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ::ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, zstd_level);
    ::ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
  }
  ~ZstdEncoder() override { ::ZSTD_freeCStream(stream_); }
  ZstdEncoder(const ZstdEncoder&) = delete;
  ZstdEncoder& operator=(const ZstdEncoder&) = delete;

  void encode(ByteView bytes, std::string& out) override { run(bytes, ZSTD_e_continue, out); }
  void end(std::string& out) override { run({}, ZSTD_e_end, out); }

 private:
  void run(ByteView bytes, ZSTD_EndDirective directive, std::string& out) {
    std::array<char, piece> ready;
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    while (true) {
      ZSTD_outBuffer output{ready.data(), ready.size(), 0};
      const std::size_t left = ::ZSTD_compressStream2(stream_, &output, &input, directive);
      out.append(ready.data(), output.pos);
      if (::ZSTD_isError(left) != 0) throw std::bad_alloc();
      if (directive == ZSTD_e_end ? left == 0 : input.pos == input.size) return;
    }
  }

  ZSTD_CStream* const stream_;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(::ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdDecoder() override { ::ZSTD_freeDStream(stream_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  Result<void> decode(ByteView bytes, const Take& take) override {
    std::array<char, piece> ready;
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer output{};
    do {
      output = {ready.data(), ready.size(), 0};
      if (::ZSTD_isError(::ZSTD_decompressStream(stream_, &output, &input)) != 0) return broken("zstd");
      if (!take({ready.data(), output.pos})) return {};
    } while (input.pos < input.size || output.pos == output.size);
    return {};
  }

 private:
  ZSTD_DStream* const stream_;
};

}  // namespace

std::string_view name_of(S3Encoding encoding) {
  if (encoding == S3Encoding::gzip) return "gzip";
  return encoding == S3Encoding::zstd ? "zstd" : "";
}

std::unique_ptr<Encoder> make_encoder(S3Encoding encoding) {
  if (encoding == S3Encoding::gzip) return std::make_unique<GzipEncoder>();
  if (encoding == S3Encoding::zstd) return std::make_unique<ZstdEncoder>();
  return std::make_unique<Identity>();
}

std::unique_ptr<Decoder> make_decoder(std::string_view name) {
  if (name == "gzip") return std::make_unique<GzipDecoder>();
  if (name == "zstd") return std::make_unique<ZstdDecoder>();
  if (name.empty() || name == "identity") return std::make_unique<Identity>();
  return nullptr;
}

}  // namespace matchrunner::s3
