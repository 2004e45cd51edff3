#include "net/http_server_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <sstream>

#include "net/url.h"

namespace tranship::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::chrono::seconds kRequestTimeout{15};  // from the first byte to the last
constexpr std::chrono::seconds kIdleTimeout{75};     // between two requests
constexpr std::chrono::seconds kAnswerTimeout{60};   // for a piece of an answer
constexpr std::size_t kHeaderBytesMax = 32u << 10;
constexpr std::size_t kOfferedBytesMax = 16u << 20;
constexpr std::size_t kWrittenBytesMax = 1u << 20;

std::map<std::string, std::string> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      query[percent_decode(pair.substr(0, equals), true)] =
          equals < pair.size() ? percent_decode(pair.substr(equals + 1), true) : std::string();
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return query;
}

ServerRequest plain(http::request<http::string_body>&& message) {
  ServerRequest request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.query = parse_query(std::string_view(target).substr(mark + 1));
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.body = std::move(message.body());
  return request;
}

template <class Message>
void fill_head(Message& message, const ServerResponse& response) {
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
}

ServerResponse guarded(const HttpServer::Handler& handler, const ServerRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    return {.status = 500, .body = "the request could not be answered\n"};
  }
}

// The client sent something that is no request, rather than going away.
bool is_nonsense(const beast::error_code& error) {
  return error.category() == beast::error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

ServerResponse refusal(const beast::error_code& error) {
  if (error == http::error::body_limit) return {.status = 413, .body = "the request is too large\n"};
  return {.status = 400, .body = "not a request\n"};
}

}  // namespace

ServerConnection::ServerConnection(asio::ip::tcp::socket socket, ServerShared& shared)
    : shared_(shared), stream_(std::move(socket)) {
  ++shared_.connections;
}

ServerConnection::~ServerConnection() {
  --shared_.connections;
}

void ServerConnection::start() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
    beast::error_code ignored;
    self->stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    self->read();
  });
}

void ServerConnection::abort() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->end(); });
}

void ServerConnection::read() {
  parser_.emplace();
  keep_ = head_only_ = false;
  parser_->header_limit(kHeaderBytesMax);
  parser_->body_limit(shared_.options.body_bytes_max);
  stream_.expires_after(buffer_.size() == 0 ? kIdleTimeout : kRequestTimeout);
  // The head first: what waits for a request may wait long, what has begun one may not.
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
        if (error && is_nonsense(error)) return self->send_whole(refusal(error));
        if (error) return self->end();
        self->stream_.expires_after(kRequestTimeout);
        http::async_read(self->stream_, self->buffer_, *self->parser_, [self](beast::error_code failure, std::size_t) {
          if (failure && is_nonsense(failure)) return self->send_whole(refusal(failure));
          if (failure) return self->end();
          self->answer();
        });
      });
}

void ServerConnection::answer() {
  stream_.expires_never();
  version_ = parser_->get().version();
  keep_ = parser_->get().keep_alive();
  head_only_ = parser_->get().method() == http::verb::head;
  auto request = std::make_shared<const ServerRequest>(plain(parser_->release()));
  if (shared_.options.at_once && shared_.options.at_once(request->path)) {
    return send_whole(guarded(shared_.handler, *request));
  }
  asio::post(shared_.handlers, [self = shared_from_this(), request = std::move(request)] {
    ServerResponse response = guarded(self->shared_.handler, *request);
    if (response.stream && !self->head_only_) return self->send_head(std::move(response));
    asio::post(self->stream_.get_executor(),
               [self, response = std::move(response)]() mutable { self->send_whole(std::move(response)); });
  });
}

void ServerConnection::send_whole(ServerResponse response) {
  using Message = http::response<http::span_body<const char>>;
  // Message and bytes live until they are sent.
  struct Sent {
    ServerResponse response;
    Message message;
  };
  const auto sent = std::make_shared<Sent>();
  sent->response = std::move(response);
  sent->message.result(static_cast<unsigned>(sent->response.status));
  sent->message.version(version_);
  sent->message.keep_alive(keep_);
  fill_head(sent->message, sent->response);
  const std::string_view body =
      sent->response.static_body.empty() ? std::string_view(sent->response.body) : sent->response.static_body;
  sent->message.content_length(body.size());
  if (!head_only_) sent->message.body() = {body.data(), body.size()};
  stream_.expires_after(kAnswerTimeout + std::chrono::seconds(body.size() >> 20));
  const auto done = [self = shared_from_this(), sent](beast::error_code error, std::size_t) {
    if (error || sent->message.need_eof()) return self->end();
    self->read();
  };
  if (!head_only_) return http::async_write(stream_, sent->message, done);
  const auto serializer = std::make_shared<http::response_serializer<http::span_body<const char>>>(sent->message);
  http::async_write_header(stream_, *serializer,
                           [serializer, done](beast::error_code error, std::size_t size) { done(error, size); });
}

void ServerConnection::send_head(ServerResponse response) {
  http::response<http::empty_body> message;
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  message.keep_alive(false);
  message.chunked(true);
  fill_head(message, response);
  std::ostringstream head;
  head << message.base();
  {
    std::lock_guard lock(mutex_);
    streaming_ = true;
    waiting_bytes_ += head.str().size();
    waiting_.push_back(head.str());
  }
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->watch_for_end();
    self->send_next();
  });
  try {
    response.stream(shared_from_this());
  } catch (const std::exception&) {
    abort();
  }
}

bool ServerConnection::enqueue(std::string piece) {
  // A chunk of its own: size in hexadecimal, bytes (RFC 9112 section 7.1).
  std::ostringstream chunk;
  chunk << std::hex << piece.size() << "\r\n";
  std::string text = chunk.str() + std::move(piece) + "\r\n";
  waiting_bytes_ += text.size();
  waiting_.push_back(std::move(text));
  if (sending_) return true;
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->send_next(); });
  return true;
}

bool ServerConnection::offer(std::string piece) {
  std::lock_guard lock(mutex_);
  if (closed_ || finishing_) return false;
  if (piece.empty()) return true;
  if (waiting_bytes_ <= kOfferedBytesMax) return enqueue(std::move(piece));
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->end(); });
  return false;
}

bool ServerConnection::write(std::string piece) {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return closed_ || waiting_bytes_ < kWrittenBytesMax; });
  if (closed_ || finishing_) return false;
  return piece.empty() || enqueue(std::move(piece));
}

void ServerConnection::finish() {
  std::lock_guard lock(mutex_);
  if (closed_ || finishing_) return;
  finishing_ = true;
  waiting_.push_back("0\r\n\r\n");
  waiting_bytes_ += 5;
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->send_next(); });
}

// On the connection's strand.
void ServerConnection::send_next() {
  const auto piece = std::make_shared<std::string>();
  {
    std::lock_guard lock(mutex_);
    if (sending_ || closed_ || waiting_.empty()) return;
    sending_ = true;
    *piece = std::move(waiting_.front());
    waiting_.pop_front();
  }
  stream_.expires_after(kAnswerTimeout);
  asio::async_write(stream_, asio::buffer(*piece),
                    [self = shared_from_this(), piece](beast::error_code error, std::size_t) {
                      bool over = false;
                      {
                        std::lock_guard lock(self->mutex_);
                        self->sending_ = false;
                        self->waiting_bytes_ -= piece->size();
                        over = self->finishing_ && self->waiting_.empty();
                      }
                      self->drained_.notify_all();
                      self->stream_.expires_never();
                      if (error || over) return self->end();
                      self->send_next();
                    });
}

// A client that closes its end is noticed although nothing is sent to it.
void ServerConnection::watch_for_end() {
  const auto byte = std::make_shared<char>();
  stream_.socket().async_read_some(asio::buffer(byte.get(), 1),
                                   [self = shared_from_this(), byte](beast::error_code error, std::size_t) {
                                     if (error) self->end();
                                   });
}

void ServerConnection::end() {
  std::function<void()> told;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    told = std::move(when_closed_);
    waiting_.clear();
  }
  drained_.notify_all();
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
  if (told) asio::post(shared_.handlers, std::move(told));
}

bool ServerConnection::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void ServerConnection::on_close(std::function<void()> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!closed_) {
      when_closed_ = std::move(callback);
      return;
    }
  }
  callback();
}

}  // namespace tranship::net
