#include "kube/exec.h"

#include <algorithm>
#include <thread>

#include "kube/exec_channels.h"
#include "net/url.h"
#include "net/websocket.h"

namespace tranship::kube {
namespace {

constexpr std::string_view kVersion5 = "v5.channel.k8s.io";
constexpr std::string_view kVersion4 = "v4.channel.k8s.io";
// Large enough for throughput, small enough for API servers that take in a message whole.
constexpr std::size_t kMessageDataMax = 256u << 10;

std::string exec_url(Client& client, const ExecRequest& request) {
  std::string url = client.access().server +
                    types::pod().path(request.name_space, request.pod, "exec") +
                    "?stdout=true&stderr=true";
  if (request.use_stdin) url += "&stdin=true";
  if (!request.container.empty()) url += "&container=" + net::percent_encode(request.container);
  for (const std::string& word : request.command) url += "&command=" + net::percent_encode(word);
  return url;
}

// What the server's Status says in place of a WebSocket.
Error refusal_error(const net::HttpResponse& refusal, Error error, const std::string& pod) {
  const auto status = parse_json(refusal.body);
  if (!status) return std::move(error).in("exec in pod " + pod);
  const std::string reason = json_string(*status, {"reason"});
  const std::string message = json_string(*status, {"message"}, error.what());
  Error refused =
      Error(error.fault(), "exec in pod " + pod + ": " + message).with_code("kube." + reason);
  if (refusal.status == 403)
    refused = std::move(refused).with_fix(
        "Ask for the verbs get and create on pods/exec in this namespace.");
  return refused;
}

class WebSocketExec final : public ExecStream {
 public:
  WebSocketExec(std::unique_ptr<net::WebSocket> socket, std::string pod)
      : socket_(std::move(socket)), pod_(std::move(pod)) {}

  Result<void> write(const Context& context, ByteView data) override {
    while (!data.empty()) {
      const ByteView part = data.first(std::min(data.size(), kMessageDataMax));
      TRY_IN("writing to " + pod_, send(context, Channel::standard_input, part));
      data = data.subspan(part.size());
    }
    return {};
  }

  Result<void> close_stdin(const Context& context) override {
    if (socket_->subprotocol() != kVersion5)
      return fail(Error(Fault::permanent, "the API server cannot end a command's standard input")
                      .with_fix("Kubernetes 1.30 or newer can."));
    const std::uint8_t standard_input = static_cast<std::uint8_t>(Channel::standard_input);
    return send(context, Channel::close, {&standard_input, 1});
  }

  Result<Bytes> read(const Context& context) override {
    while (!ended_) {
      auto message = TRY_IN("reading from " + pod_, socket_->receive(context));
      if (message.closed) {
        ended_ = true;
        break;
      }
      Bytes output = channels_.take(std::move(message.payload));
      if (!output.empty()) return output;
    }
    return Bytes{};
  }

  std::string standard_error() const override { return channels_.standard_error(); }
  Result<int> exit_code() override { return channels_.exit_code(pod_); }

 private:
  Result<void> send(const Context& context, Channel channel, ByteView data) {
    const std::uint8_t first = static_cast<std::uint8_t>(channel);
    const ByteView pieces[] = {{&first, 1}, data};
    return socket_->send_pieces(context, pieces);
  }

  const std::unique_ptr<net::WebSocket> socket_;
  const std::string pod_;
  bool ended_ = false;
  ExecChannels channels_;
};

}  // namespace

Result<std::unique_ptr<ExecStream>> ExecStream::open(const Context& context, Client& client,
                                                     const ExecRequest& request) {
  const std::string pod = request.name_space + "/" + request.pod;
  if (request.command.empty())
    return fail(Fault::invalid, "exec in pod " + pod + " without a command");
  auto headers = TRY(client.authenticated_headers(context));
  net::WebSocketRequest opening{.url = exec_url(client, request),
                                .headers = std::move(headers),
                                .subprotocols = {std::string(kVersion5), std::string(kVersion4)}};
  const net::HttpOptions options = TRY(client.connection_options(context));
  net::HttpResponse refusal;
  auto socket = net::WebSocket::connect(context, options, opening, &refusal);
  // A cached token may have just expired.
  if (!socket && refusal.status == 401 && client.access().credentials &&
      client.access().credentials->renew()) {
    opening.headers = TRY(client.authenticated_headers(context));
    refusal = {};
    socket = net::WebSocket::connect(context, options, opening, &refusal);
  }
  if (!socket) return fail(refusal_error(refusal, std::move(socket).error(), pod));
  return std::make_unique<WebSocketExec>(std::move(*socket), pod);
}

Result<ExecOutput> exec(const Context& context, Client& client, const ExecRequest& request,
                        ByteView input, std::size_t output_bytes_max) {
  ExecRequest opening = request;
  opening.use_stdin = request.use_stdin || !input.empty();
  auto stream = TRY(ExecStream::open(context, client, opening));
  std::stop_source stop;
  const Context running = context.with_stop(stop.get_token());
  Result<void> closed;
  // The command may fill its output before it reads all of its input: both at once.
  std::jthread writer([&] {
    // A command that ends without reading everything is no error; its exit code says what it
    // thought of it.
    if (!opening.use_stdin || !stream->write(running, input)) return;
    closed = stream->close_stdin(running);
    // Without the end of its input the command may never end.
    if (!closed && closed.error().fault() == Fault::permanent) stop.request_stop();
  });
  ExecOutput output;
  Result<Bytes> piece;
  while ((piece = stream->read(running)) && !piece->empty()) {
    if (output.standard_output.size() + piece->size() > output_bytes_max)
      piece = fail(Fault::permanent, "the command in pod " + request.name_space + "/" +
                                         request.pod + " wrote more output than is taken here");
    if (!piece) break;
    output.standard_output.append(as_text(*piece));
  }
  stop.request_stop();
  writer.join();
  if (!closed && closed.error().fault() == Fault::permanent) return std::unexpected(closed.error());
  if (!piece) return std::unexpected(std::move(piece).error());
  output.exit_code = TRY(stream->exit_code());
  output.standard_error = stream->standard_error();
  return output;
}

}  // namespace tranship::kube
