#pragma once
// The connections of one store: made when they are needed, kept for the next call, never more than Limits::connections.
// Thread-safe.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "store/nfs/connection.h"

namespace tranship::store::nfs {

class Pool {
 public:
  Pool(Location location, Limits limits) : location_(std::move(location)), limits_(limits) {}

  // A connection for one thread, given back at its end. The pool must outlive it.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits while all are in use. Faults of Connection::connect.
  Result<Lease> acquire(const Context& context);
  const Location& location() const { return location_; }

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  void give_back(std::unique_ptr<Connection> connection);
  // What can be used still, newest first; the others go to `ended`.
  std::unique_ptr<Connection> take_idle(std::vector<Idle>& ended);

  const Location location_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable_any given_back_;
  std::vector<Idle> idle_;
  int in_use_ = 0;
};

}  // namespace tranship::store::nfs
