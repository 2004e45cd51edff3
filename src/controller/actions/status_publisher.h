#pragma once
// Writes the newest of many statuses of one object, at most once a second, so that a fast action does not flood the API
// server. Thread-safe.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "controller/api/object.h"
#include "kube/client.h"

namespace tranship::controller {

class StatusPublisher {
 public:
  // `written`: the status as the server has it. Everything that is written fails softly: the next one writes what the
  // last one could not.
  StatusPublisher(const Context& context, kube::Client& client, const kube::ResourceType& type, api::Metadata metadata,
                  Json written);
  ~StatusPublisher();  // what is not written by then is not written

  // Quick.
  void publish(Json status);
  // The last one: tries until it is written, the object is gone (success: nobody waits for it) or the context ends.
  Result<void> finish(const Context& context, Json status);

 private:
  void run(const std::stop_token& stop);
  Result<void> write(const Context& context, const Json& status);

  const Context context_;
  kube::Client& client_;
  const kube::ResourceType& type_;
  const api::Metadata metadata_;
  std::mutex write_mutex_;  // one writer at a time; guards written_
  Json written_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Json newest_;
  bool pending_ = false;
  std::jthread thread_;
};

}  // namespace tranship::controller
