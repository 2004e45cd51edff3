#include "net/http.h"

#include <curl/curl.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "net/http_error.h"
#include "net/http_transfer.h"

namespace tranship::net {
namespace {

// API servers allow 250 streams per connection (k8s.io/apiserver) and S3 servers about 100; the server's own
// limit wins when it is lower.
constexpr long kStreamsPerConnectionMax = 250;
constexpr auto kIdleScan = std::chrono::milliseconds(250);
constexpr int kPollMsMax = 10'000;

void initialize_libcurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)code;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

std::string header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_without_case(key, name)) return value;
  }
  return {};
}

// The thread with the multi handle. Callers hand transfers in and wait; everything libcurl does happens on the
// thread, woken by curl_multi_wakeup() when a transfer arrives or shall end.
struct HttpClient::Loop {
  explicit Loop(HttpOptions options_given) : options(std::move(options_given)) {
    initialize_libcurl();
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, kStreamsPerConnectionMax);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options.connections_per_host_max));
    thread = std::thread([this] { run(); });
  }

  ~Loop() {
    {
      // The wake-up under the lock: the thread frees the multi handle once it has seen `stopping`.
      std::lock_guard lock(mutex);
      stopping = true;
      curl_multi_wakeup(multi);
    }
    thread.join();
  }

  Result<void> perform(const Context& context, Transfer& transfer);
  void cancel(Transfer& transfer);
  void run();
  void serve();
  void admit();
  void end(Transfer& transfer, CURLcode code);
  void collect_finished();
  void end_idle();
  int poll_timeout_ms() const;

  const HttpOptions options;
  CURLM* multi = nullptr;
  std::thread thread;

  std::mutex mutex;
  std::condition_variable nobody_inside;
  std::vector<Transfer*> arrivals;
  bool cancellations = false;
  bool stopping = false;
  int callers = 0;
  std::set<std::string> hosts_reached;

  // The loop's thread only.
  std::set<Transfer*> active;
  RefusedCertificate refused;
  Transfer::Clock::time_point next_scan{};
};

Result<void> HttpClient::Loop::perform(const Context& context, Transfer& transfer) {
  transfer.verify_into(refused);
  {
    std::lock_guard lock(mutex);
    if (stopping) return fail(Fault::cancelled, "the HTTP client was closed");
    arrivals.push_back(&transfer);
  }
  curl_multi_wakeup(multi);
  const std::stop_callback on_stop(context.stop_token(), [&] { cancel(transfer); });
  const auto done = [&] { return transfer.done; };
  std::unique_lock lock(mutex);
  if (context.deadline() != Context::Clock::time_point::max() &&
      !transfer.finished.wait_until(lock, context.deadline(), done)) {
    lock.unlock();
    cancel(transfer);
    lock.lock();
  }
  transfer.finished.wait(lock, done);
  return {};
}

void HttpClient::Loop::cancel(Transfer& transfer) {
  transfer.cancel_requested = true;
  {
    std::lock_guard lock(mutex);
    cancellations = true;
  }
  curl_multi_wakeup(multi);
}

void HttpClient::Loop::run() {
  // Signals are the program's business, not this thread's. SIGPIPE above all: OpenSSL writes to sockets that
  // the peer may have closed, and with CURLOPT_NOSIGNAL libcurl leaves the signal to its user.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  serve();
  {
    std::unique_lock lock(mutex);
    nobody_inside.wait(lock, [&] { return callers == 0; });
  }
  // Here and not in the destructor: ending TLS connections writes too.
  curl_multi_cleanup(multi);
}

// Until the client is closed and the last transfer has ended.
void HttpClient::Loop::serve() {
  for (;;) {
    admit();
    {
      std::lock_guard lock(mutex);
      if (stopping && active.empty() && arrivals.empty()) return;
    }
    int running = 0;
    curl_multi_perform(multi, &running);
    collect_finished();
    end_idle();
    curl_multi_poll(multi, nullptr, 0, poll_timeout_ms(), nullptr);
  }
}

// Takes in what arrived and ends what was cancelled.
void HttpClient::Loop::admit() {
  std::vector<Transfer*> fresh;
  bool look_for_cancelled = false;
  {
    std::lock_guard lock(mutex);
    fresh.swap(arrivals);
    look_for_cancelled = std::exchange(cancellations, false) || stopping;
    if (stopping) {
      for (auto* transfer : active) transfer->cancel_requested = true;
      for (auto* transfer : fresh) transfer->cancel_requested = true;
    }
  }
  for (auto* transfer : fresh) {
    active.insert(transfer);
    const CURLMcode code = curl_multi_add_handle(multi, transfer->easy());
    if (code != CURLM_OK) end(*transfer, CURLE_OUT_OF_MEMORY);
  }
  if (!look_for_cancelled) return;
  std::vector<Transfer*> cancelled;
  std::copy_if(active.begin(), active.end(), std::back_inserter(cancelled),
               [](const Transfer* transfer) { return transfer->cancel_requested.load(); });
  for (auto* transfer : cancelled) {
    transfer->ending = Transfer::Ending::cancelled;
    end(*transfer, CURLE_ABORTED_BY_CALLBACK);
  }
}

void HttpClient::Loop::end(Transfer& transfer, CURLcode code) {
  curl_multi_remove_handle(multi, transfer.easy());
  active.erase(&transfer);
  transfer.code = code;
  if (code == CURLE_PEER_FAILED_VERIFICATION) transfer.refused = refused;
  std::lock_guard lock(mutex);
  if (transfer.response.status != 0) hosts_reached.insert(transfer.url().host);
  transfer.done = true;
  // Under the lock: the waiting thread destroys the transfer as soon as it sees `done`.
  transfer.finished.notify_all();
}

void HttpClient::Loop::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    end(*static_cast<Transfer*>(self), message->data.result);
  }
}

void HttpClient::Loop::end_idle() {
  const auto now = Transfer::Clock::now();
  if (now < next_scan) return;
  next_scan = now + kIdleScan;
  std::vector<Transfer*> idle;
  std::copy_if(active.begin(), active.end(), std::back_inserter(idle),
               [&](Transfer* transfer) { return transfer->idle_too_long(now); });
  for (auto* transfer : idle) {
    transfer->ending = Transfer::Ending::idle;
    end(*transfer, CURLE_OPERATION_TIMEDOUT);
  }
}

int HttpClient::Loop::poll_timeout_ms() const {
  const bool watched = std::any_of(active.begin(), active.end(), [](const Transfer* transfer) {
    return transfer->request().idle_timeout.count() > 0;
  });
  return watched ? static_cast<int>(kIdleScan.count()) : kPollMsMax;
}

HttpClient::HttpClient(HttpOptions options) : loop_(std::make_unique<Loop>(std::move(options))) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::perform(const Context& context, const HttpRequest& request) {
  // Counts the callers inside, so that the destructor waits for the last to leave.
  struct Gate {
    explicit Gate(Loop& guarded) : loop(guarded) {
      std::lock_guard lock(loop.mutex);
      ++loop.callers;
    }
    ~Gate() {
      std::lock_guard lock(loop.mutex);
      if (--loop.callers == 0) loop.nobody_inside.notify_all();
    }
    Loop& loop;
  };
  const Gate gate(*loop_);
  TRY(context.check());
  const auto transfer = TRY(Transfer::make(loop_->options, request));
  TRY(loop_->perform(context, *transfer));
  if (transfer->exception) std::rethrow_exception(transfer->exception);
  if (transfer->code == CURLE_OK || transfer->refused_and_cut()) return std::move(transfer->response);
  if (transfer->ending == Transfer::Ending::cancelled) TRY(context.check());
  bool host_was_reached = false;
  {
    std::lock_guard lock(loop_->mutex);
    host_was_reached = loop_->hosts_reached.contains(transfer->url().host);
  }
  return fail(transfer_error(*transfer, loop_->options, host_was_reached));
}

}  // namespace tranship::net
