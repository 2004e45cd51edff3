#include "store/nfs/pool.h"

#include <utility>

namespace tranship::store::nfs {
namespace {

// How long a deadline may go unnoticed while all connections are in use.
constexpr std::chrono::milliseconds kStep{200};

}  // namespace

std::unique_ptr<Connection> Pool::take_idle(std::vector<Idle>& ended) {
  const auto now = std::chrono::steady_clock::now();
  while (!idle_.empty()) {
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    if (now - last.since < limits_.idle && last.connection->looks_alive()) return std::move(last.connection);
    ended.push_back(std::move(last));
  }
  return nullptr;
}

Result<Pool::Lease> Pool::acquire(const Context& context) {
  std::vector<Idle> ended;  // closed without the lock
  {
    std::unique_lock lock(mutex_);
    while (in_use_ >= limits_.connections) {
      TRY(context.check());
      given_back_.wait_for(lock, context.stop_token(), kStep, [&] { return in_use_ < limits_.connections; });
    }
    ++in_use_;
    if (auto connection = take_idle(ended)) return Lease(*this, std::move(connection));
  }
  auto connected = Connection::connect(context, location_, limits_);
  if (connected) return Lease(*this, std::move(*connected));
  give_back(nullptr);
  return fail(std::move(connected).error());
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  std::vector<Idle> ended;
  {
    std::lock_guard lock(mutex_);
    --in_use_;
    if (connection && connection->usable()) {
      idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    } else if (connection) {
      // What broke this one has most likely broken those that rest, too.
      std::swap(ended, idle_);
    }
  }
  given_back_.notify_one();
}

}  // namespace tranship::store::nfs
