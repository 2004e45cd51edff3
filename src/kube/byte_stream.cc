#include "kube/byte_stream.h"

namespace tranship::kube {
namespace {

constexpr std::size_t kWaitingBytesMax = 64u << 20;

}  // namespace

ByteStream::ByteStream(const Context& context, Client& client, std::string path) {
  const Context streaming = context.with_stop(stop_.get_token());
  thread_ = std::jthread([this, streaming, &client, path = std::move(path)] {
    auto outcome = client.stream(streaming, path, [this](ByteView data) { return take(data); });
    std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_all();
  });
}

ByteStream::~ByteStream() {
  stop_.request_stop();
  thread_.join();
}

bool ByteStream::take(ByteView data) {
  std::lock_guard lock(mutex_);
  overrun_ = overrun_ || waiting_bytes_ + data.size() > kWaitingBytesMax;
  if (overrun_) return false;
  waiting_bytes_ += data.size();
  // Few large pieces instead of many small ones.
  if (!pieces_.empty() && pieces_.back().size() < (64u << 10)) {
    pieces_.back().insert(pieces_.back().end(), data.begin(), data.end());
  } else {
    pieces_.emplace_back(data.begin(), data.end());
  }
  changed_.notify_all();
  return true;
}

Result<Bytes> ByteStream::next(const Context& context, std::chrono::milliseconds silence_max) {
  TRY(context.check());
  std::unique_lock lock(mutex_);
  const auto patience = silence_max.count() > 0 ? silence_max : std::chrono::hours(24 * 365);
  const auto until = std::min(context.deadline(), Context::Clock::now() + patience);
  const bool ready = changed_.wait_until(lock, context.stop_token(), until,
                                         [&] { return !pieces_.empty() || outcome_; });
  if (!pieces_.empty()) {
    Bytes piece = std::move(pieces_.front());
    pieces_.pop_front();
    waiting_bytes_ -= piece.size();
    return piece;
  }
  if (!ready) {
    TRY(context.check());
    return fail(Fault::retryable, "the API server sent nothing for too long");
  }
  if (overrun_) return fail(Fault::retryable, "the stream came faster than it could be used");
  if (!*outcome_) return std::unexpected(outcome_->error());
  return Bytes{};
}

LineSplitter::Outcome LineSplitter::feed(ByteView data, bool cut_long,
                                         const std::function<bool(std::string_view)>& line) {
  std::string_view text = as_text(data);
  const auto give = [&](std::string_view whole) {
    if (whole.ends_with('\r')) whole.remove_suffix(1);
    return line(whole);
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == text.npos ? text.size() : end;
    if (rest_.size() + length > line_bytes_max_) {
      if (!cut_long) return Outcome::too_long;
      const std::size_t part = line_bytes_max_ - rest_.size();
      rest_.append(text.substr(0, part));
      text.remove_prefix(part);
      if (!line(std::exchange(rest_, {}))) return Outcome::stopped;
      continue;
    }
    if (end == text.npos) {
      rest_.append(text);
      return Outcome::more;
    }
    // Mostly a line lies whole in one piece: then it is not copied.
    const bool go_on =
        rest_.empty() ? give(text.substr(0, end)) : give(rest_.append(text.substr(0, end)));
    rest_.clear();
    if (!go_on) return Outcome::stopped;
    text.remove_prefix(end + 1);
  }
  return Outcome::more;
}

}  // namespace tranship::kube
