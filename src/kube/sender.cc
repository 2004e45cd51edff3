#include "kube/sender.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>

#include "net/url.h"

namespace tranship::kube {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
constexpr milliseconds kLongestRetryAfter{60'000};
// With the pauses above an API server may be away for half a minute; one that never answered fails fast, for
// its address is likely wrong.
constexpr int kRepeatsMax = 10;
constexpr int kRepeatsBeforeFirstAnswer = 2;
constexpr int kBusyAnswersMax = 60;
// Few, because an aggregated API whose server is down says 503 for as long as one asks.
constexpr int kGatewayRepeatsMax = 3;

// Doubled each time, with up to half of it taken off at random so that clients do not come in step.
milliseconds pause_before(int repeat) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto full = std::min(kLongestPause, kFirstPause * (1 << std::min(repeat, 10)));
  return full - milliseconds(std::uniform_int_distribution<int>(0, static_cast<int>(full.count() / 2))(random));
}

// Only the form in seconds: it is the one API servers send.
std::optional<milliseconds> retry_after(const net::HttpResponse& response) {
  const std::string text = net::header(response.headers, "Retry-After");
  int seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || parsed.ec != std::errc() || seconds < 0) return std::nullopt;
  return std::min(kLongestRetryAfter, milliseconds(seconds * std::int64_t{1000}));
}

bool fits_deadline(const Context& context, milliseconds pause) {
  return context.deadline() == Context::Clock::time_point::max() ||
         Context::Clock::now() + pause < context.deadline();
}

}  // namespace

Result<net::HttpOptions> Sender::connection_options(const Context& context) {
  net::HttpOptions options = access_.http;
  if (access_.credentials != nullptr) {
    auto identity = TRY(access_.credentials->identity(context));
    if (!identity.certificate_pem.empty()) {
      options.tls.certificate_pem = std::move(identity.certificate_pem);
      options.tls.key_pem = std::move(identity.key_pem);
    }
  }
  return options;
}

Result<net::Headers> Sender::authenticated_headers(const Context& context) {
  net::Headers headers;
  if (access_.credentials != nullptr) TRY(access_.credentials->decorate(context, headers));
  return headers;
}

Result<std::shared_ptr<net::HttpClient>> Sender::client(const Context& context) {
  auto options = TRY(connection_options(context));
  const std::lock_guard lock(mutex_);
  // A client certificate belongs to the connection: another one needs another client. Requests under way keep
  // theirs.
  if (client_ == nullptr || options.tls != client_options_.tls) {
    client_options_ = options;
    client_ = std::make_shared<net::HttpClient>(std::move(options));
  }
  return client_;
}

Result<net::HttpResponse> Sender::attempt(const Context& context, const net::HttpRequest& request) {
  net::HttpRequest decorated = request;
  decorated.url = access_.server + request.url;
  auto credentials = TRY(authenticated_headers(context));
  decorated.headers.insert(decorated.headers.end(), std::make_move_iterator(credentials.begin()),
                           std::make_move_iterator(credentials.end()));
  const auto http = TRY(client(context));
  return http->perform(context, decorated);
}

Result<Sent> Sender::send(const Context& context, net::HttpRequest request, const SendOptions& options) {
  Sent sent;
  bool renewed = false;
  bool body_began = false;
  if (request.sink) {
    // What the sink has seen cannot be taken back: from its first byte on nothing is repeated.
    request.sink = [&body_began, inner = std::move(request.sink)](ByteView piece) {
      body_began = true;
      return inner(piece);
    };
  }
  int busy_answers = 0;
  int gateway_answers = 0;
  for (int repeat = 0;; ++repeat) {
    auto response = attempt(context, request);
    milliseconds pause = pause_before(repeat);
    if (!response) {
      const auto& error = response.error();
      // A request that never left this machine cannot have had an effect.
      const bool harmless = options.idempotent || error.code() == net::kUnreachableCode;
      const int repeats_max = answered_ ? kRepeatsMax : kRepeatsBeforeFirstAnswer;
      if (error.fault() != Fault::retryable || !harmless || body_began || repeat - busy_answers >= repeats_max ||
          !fits_deadline(context, pause)) {
        return std::unexpected(std::move(response).error());
      }
      sent.repeated_after_cut = sent.repeated_after_cut || error.code() != net::kUnreachableCode;
    } else {
      answered_ = true;
      sent.response = std::move(*response);
      const int status = sent.response.status;
      const auto asked = retry_after(sent.response);
      if (status == 401 && !renewed && access_.credentials != nullptr && access_.credentials->renew()) {
        renewed = true;
        continue;
      }
      const bool busy = (status == 429 && options.wait_for_room) || (status == 503 && asked);
      const bool gateway = options.idempotent && (status == 502 || status == 503 || status == 504);
      if (busy) {
        if (asked) pause = std::max(*asked, pause);
        if (++busy_answers > kBusyAnswersMax) return sent;
      } else if (!gateway || ++gateway_answers > kGatewayRepeatsMax) {
        return sent;
      }
      if (!fits_deadline(context, pause)) return sent;
    }
    TRY(context.sleep(pause));
  }
}

}  // namespace tranship::kube
