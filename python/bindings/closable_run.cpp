// SPDX-License-Identifier: Apache-2.0
#include "executor.hpp"

namespace matchrunner::python {
namespace {

// The wrapped run until close(), then nothing.
class NativeRun : public ClosableRun {
 public:
  explicit NativeRun(std::unique_ptr<Run> run) : run_(std::move(run)) {}

  std::vector<SeatEndpoint> endpoints() const override {
    return run_ ? run_->endpoints() : std::vector<SeatEndpoint>();
  }
  Result<std::optional<RunReport>> poll(const Context& context) override {
    if (!run_) return closed();
    return run_->poll(context);
  }
  Result<void> stop(milliseconds grace) override { return run_ ? run_->stop(grace) : closed(); }
  Result<void> extend_lease(BootClock::time_point deadline) override {
    return run_ ? run_->extend_lease(deadline) : closed();
  }
  void close() noexcept override { run_.reset(); }

 private:
  static Error closed() { return {ErrorCode::cancelled, "the run is closed"}; }

  std::unique_ptr<Run> run_;
};

class KeptRun : public Run {
 public:
  explicit KeptRun(std::shared_ptr<ClosableRun> run) : run_(std::move(run)) {}
  ~KeptRun() override { run_->close(); }
  KeptRun(const KeptRun&) = delete;
  KeptRun& operator=(const KeptRun&) = delete;

  std::vector<SeatEndpoint> endpoints() const override { return run_->endpoints(); }
  Result<std::optional<RunReport>> poll(const Context& context) override { return run_->poll(context); }
  Result<void> stop(milliseconds grace) override { return run_->stop(grace); }
  Result<void> extend_lease(BootClock::time_point deadline) override { return run_->extend_lease(deadline); }

 private:
  std::shared_ptr<ClosableRun> run_;
};

}  // namespace

std::shared_ptr<ClosableRun> closable(std::unique_ptr<Run> run) { return std::make_shared<NativeRun>(std::move(run)); }

std::unique_ptr<Run> closed_at_end(std::shared_ptr<ClosableRun> run) {
  return std::make_unique<KeptRun>(std::move(run));
}

}  // namespace matchrunner::python
