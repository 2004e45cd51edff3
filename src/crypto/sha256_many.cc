// Many messages over the lanes of a kernel: longest first, and a lane that ends takes the next message.

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "crypto/digest.h"
#include "crypto/sha256_kernels.h"

namespace tranship::crypto {

const std::uint32_t kSha256Round[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

namespace {

// With fewer messages than this the two-message kernel is as fast as sixteen lanes of which some are empty (Zen 4; on
// Intel it would be eleven).
constexpr std::size_t kLanesMin = 14;
// Without SHA extensions one message at a time takes about as long as three lanes.
constexpr std::size_t kLanesMinWithoutNi = 3;

// What one lane works on: the whole blocks of a message where they are, then a copy of its end with the padding.
class Lane {
 public:
  void start(ByteView bytes, std::size_t index) {
    const std::size_t whole = bytes.size() / kSha256BlockBytes;
    const std::size_t rest = bytes.size() % kSha256BlockBytes;
    message_ = index;
    data_ = bytes.data();
    offset_ = 0;
    blocks_ = whole;
    tail_blocks_ = rest + 9 <= kSha256BlockBytes ? 1 : 2;
    in_tail_ = false;
    const std::size_t tail_bytes = tail_blocks_ * kSha256BlockBytes;
    if (rest != 0) std::memcpy(tail_, bytes.data() + whole * kSha256BlockBytes, rest);
    tail_[rest] = 0x80;
    std::memset(tail_ + rest + 1, 0, tail_bytes - rest - 9);
    const std::uint64_t bits = __builtin_bswap64(std::uint64_t{bytes.size()} * 8);
    std::memcpy(tail_ + tail_bytes - 8, &bits, 8);
    if (blocks_ == 0) begin_tail();
  }
  bool busy() const { return blocks_ != 0; }
  std::size_t message() const { return message_; }
  const std::uint8_t* data() const { return (in_tail_ ? tail_ : data_) + offset_; }
  std::size_t blocks() const { return blocks_; }  // that can be done at data()
  void advance(std::size_t done) {
    offset_ += done * kSha256BlockBytes;
    blocks_ -= done;
    if (blocks_ == 0 && !in_tail_) begin_tail();
  }

 private:
  void begin_tail() {
    in_tail_ = true;
    offset_ = 0;
    blocks_ = tail_blocks_;
  }

  const std::uint8_t* data_ = nullptr;
  std::size_t message_ = 0;
  std::size_t offset_ = 0;
  std::size_t blocks_ = 0;
  std::size_t tail_blocks_ = 0;
  bool in_tail_ = false;
  std::uint8_t tail_[2 * kSha256BlockBytes];
};

struct LaneWithState {
  Lane lane;
  std::uint32_t state[8];
};

class Batch {
 public:
  Batch(std::span<const ByteView> messages, std::span<Id> digests)
      : messages_(messages), digests_(digests), order_(messages.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(),
              [&](std::size_t a, std::size_t b) { return messages[a].size() > messages[b].size(); });
  }

  // Stops when fewer than `lanes_min` lanes have work; what they had goes to run_ni with its state.
  void run_avx512(std::size_t lanes_min);
  void run_ni();

 private:
  bool start_next(Lane& lane) {
    if (next_ == order_.size()) return false;
    const std::size_t index = order_[next_++];
    lane.start(messages_[index], index);
    return true;
  }
  bool start_next(LaneWithState& lane) {
    if (!started_.empty()) {
      lane = started_.back();
      started_.pop_back();
      return true;
    }
    std::copy(std::begin(kSha256Start), std::end(kSha256Start), lane.state);
    return start_next(lane.lane);
  }
  void finish(const Lane& lane, const std::uint32_t* state, std::size_t stride) {
    Id& digest = digests_[lane.message()];
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint32_t word = __builtin_bswap32(state[i * stride]);
      std::memcpy(digest.bytes.data() + 4 * i, &word, 4);
    }
  }

  std::span<const ByteView> messages_;
  std::span<Id> digests_;
  std::vector<std::size_t> order_;  // longest first
  std::size_t next_ = 0;
  std::vector<LaneWithState> started_;
};

void Batch::run_avx512(std::size_t lanes_min) {
  Lane lanes[kSha256Lanes];
  Sha256Lanes states;
  const std::uint8_t* data[kSha256Lanes];
  std::size_t busy = 0;
  const auto refill = [&](std::size_t i) {
    for (std::size_t word = 0; word < 8; ++word) states.word[word][i] = kSha256Start[word];
    busy += start_next(lanes[i]);
  };
  for (std::size_t i = 0; i < kSha256Lanes; ++i) refill(i);
  while (busy >= lanes_min) {
    const std::uint8_t* readable = nullptr;
    std::size_t blocks = static_cast<std::size_t>(-1);
    for (const Lane& lane : lanes) {
      if (!lane.busy()) continue;
      // An idle lane reads along with the one that has least to do, and so never past an end.
      if (lane.blocks() < blocks) readable = lane.data();
      blocks = std::min(blocks, lane.blocks());
    }
    for (std::size_t i = 0; i < kSha256Lanes; ++i) data[i] = lanes[i].busy() ? lanes[i].data() : readable;
    sha256_blocks_avx512(states, data, blocks);
    for (std::size_t i = 0; i < kSha256Lanes; ++i) {
      if (!lanes[i].busy()) continue;
      lanes[i].advance(blocks);
      if (lanes[i].busy()) continue;
      finish(lanes[i], &states.word[0][i], kSha256Lanes);
      --busy;
      refill(i);
    }
  }
  for (std::size_t i = 0; i < kSha256Lanes; ++i) {
    if (!lanes[i].busy()) continue;
    started_.push_back({lanes[i], {}});
    for (std::size_t word = 0; word < 8; ++word) started_.back().state[word] = states.word[word][i];
  }
  std::sort(started_.begin(), started_.end(),
            [](const auto& a, const auto& b) { return a.lane.blocks() < b.lane.blocks(); });
}

void Batch::run_ni() {
  LaneWithState a, b;
  start_next(a);
  start_next(b);
  const auto advance = [&](LaneWithState& one, std::size_t blocks) {
    one.lane.advance(blocks);
    if (one.lane.busy()) return;
    finish(one.lane, one.state, 1);
    start_next(one);
  };
  while (a.lane.busy() && b.lane.busy()) {
    const std::size_t blocks = std::min(a.lane.blocks(), b.lane.blocks());
    sha256_blocks_ni_two(a.state, a.lane.data(), b.state, b.lane.data(), blocks);
    advance(a, blocks);
    advance(b, blocks);
  }
  LaneWithState& last = a.lane.busy() ? a : b;
  while (last.lane.busy()) {
    const std::size_t blocks = last.lane.blocks();
    sha256_blocks_ni(last.state, last.lane.data(), blocks);
    advance(last, blocks);
  }
}

}  // namespace

void sha256_many(std::span<const ByteView> messages, std::span<Id> digests, Sha256Kernels kernels) {
  if (kernels.avx512 && messages.size() >= (kernels.ni ? kLanesMin : kLanesMinWithoutNi)) {
    Batch batch(messages, digests);
    batch.run_avx512(kernels.ni ? kLanesMin : 1);
    if (kernels.ni) batch.run_ni();
  } else if (kernels.ni && messages.size() > 1) {
    Batch(messages, digests).run_ni();
  } else {
    for (std::size_t i = 0; i < messages.size(); ++i) digests[i] = sha256(messages[i]);
  }
}

Sha256Kernels sha256_kernels(KernelLevel level) {
  const CpuFeatures& features = cpu_features();
  return {.avx512 = level >= KernelLevel::avx512 && features.avx512,
          .ni = level >= KernelLevel::avx2 && features.sha};
}

void sha256_many(std::span<const ByteView> messages, std::span<Id> digests) {
  sha256_many(messages, digests, sha256_kernels(kernel_level()));
}

}  // namespace tranship::crypto
