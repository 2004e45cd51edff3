#pragma once
// Full packs on their way to the store, on threads of their own, and the index files that list them: a pack is
// listed only after the store has it.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/boot_clock.h"
#include "base/context.h"
#include "repo/repository.h"
#include "repo/write/pack_assembler.h"

namespace tranship::repo {

// Thread-safe. The first error stops everything: all later packs are dropped and their claims in the index taken back.
class PackUploader {
 public:
  struct Options {
    int threads = 4;
    std::chrono::milliseconds index_interval{10'000};
  };
  // `give_back` gets the buffer of every pack that is through; `failed` is called once, with the first error.
  using GiveBack = std::function<void(std::unique_ptr<PackBuffer>)>;
  using Failed = std::function<void(const Error&)>;

  PackUploader(Repository& repository, Options options, GiveBack give_back, Failed failed);
  // Ends uploads under way.
  ~PackUploader();
  PackUploader(const PackUploader&) = delete;
  PackUploader& operator=(const PackUploader&) = delete;

  void submit(std::unique_ptr<OpenPack> pack);
  // Waits until every pack submitted is in the store and in an index file.
  Result<void> finish(const Context& context);
  // The error that everything stopped for.
  Result<void> check() const;
  void stop_with(const Error& error);
  std::uint64_t stored_bytes() const;

 private:
  struct Sealed;
  void run();
  Result<void> upload(OpenPack& pack, crypto::Sealer& sealer);
  void drop(const OpenPack& pack);
  // Writes what is pending, if there is anything.
  Result<void> write_index(const Context& context);
  void write_indexes(std::stop_token stop);
  std::chrono::milliseconds index_interval() const;

  Repository& repository_;
  const Options options_;
  const GiveBack give_back_;
  const Failed failed_callback_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::stop_source stop_;
  const Context context_{stop_.get_token()};

  std::mutex index_mutex_;  // one index file at a time; taken before mutex_
  mutable std::mutex mutex_;  // for all below
  std::condition_variable_any changed_;
  std::deque<std::unique_ptr<OpenPack>> queue_;
  int under_way_ = 0;
  bool closed_ = false;
  std::vector<PackEntry> pending_;  // in the store, in no index file yet
  std::size_t pending_blobs_ = 0;
  BootClock::time_point pending_since_;  // when the first of them was begun to be stored
  std::uint64_t stored_bytes_ = 0;
  std::optional<Error> failed_;
  std::vector<std::jthread> threads_;
};

}  // namespace tranship::repo
