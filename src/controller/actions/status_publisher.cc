#include "controller/actions/status_publisher.h"

#include "controller/runtime/status.h"

namespace tranship::controller {
namespace {

constexpr std::chrono::seconds kPeriod{1};
constexpr std::chrono::seconds kWriteTimeout{20};

}  // namespace

StatusPublisher::StatusPublisher(const Context& context, kube::Client& client, const kube::ResourceType& type,
                                 api::Metadata metadata, Json written)
    : context_(context),
      client_(client),
      type_(type),
      metadata_(std::move(metadata)),
      written_(std::move(written)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

StatusPublisher::~StatusPublisher() = default;  // the thread stops and is joined first: it is the last member

void StatusPublisher::publish(Json status) {
  std::lock_guard lock(mutex_);
  newest_ = std::move(status);
  pending_ = true;
  changed_.notify_all();
}

Result<void> StatusPublisher::write(const Context& context, const Json& status) {
  std::lock_guard lock(write_mutex_);
  TRY(write_status(context, client_, type_, metadata_, written_, status, Precondition::same_object));
  written_ = status;
  return {};
}

void StatusPublisher::run(const std::stop_token& stop) {
  const Context context = context_.with_stop(stop);
  while (!context.stopped()) {
    Json status;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, context.stop_token(), [&] { return pending_; })) return;
      status = newest_;
      pending_ = false;
    }
    if (!write(context.with_timeout(kWriteTimeout), status)) {
      std::lock_guard lock(mutex_);
      pending_ = true;
    }
    if (!context.sleep(kPeriod)) return;
  }
}

Result<void> StatusPublisher::finish(const Context& context, Json status) {
  thread_ = std::jthread();  // stops and joins
  for (;;) {
    auto written = write(context.with_timeout(kWriteTimeout), status);
    if (written) return {};
    // Deleted, or another object of the same name.
    const Fault fault = written.error().fault();
    if (fault == Fault::not_found || fault == Fault::conflict) return {};
    if (context.stopped()) return written;
    TRY(context.sleep(kPeriod));
  }
}

}  // namespace tranship::controller
