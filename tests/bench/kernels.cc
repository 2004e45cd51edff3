// GB/s of each kernel on one core, beside the portable form. Not a test: ./run bench kernels.

#include <benchmark/benchmark.h>

#include <random>

#include "crypto/aes_ctr.h"
#include "crypto/digest.h"
#include "crypto/poly1305_aes.h"
#include "crypto/seal.h"
#include "crypto/sha256_kernels.h"
#include "repo/chunker/chunker.h"

namespace tranship {
namespace {

Bytes random_data(std::size_t size) {
  std::mt19937_64 random(1);
  Bytes data(size);
  for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
  return data;
}

void set_rate(benchmark::State& state, std::size_t bytes) {
  const double total = static_cast<double>(bytes) * static_cast<double>(state.iterations());
  state.counters["GB/s"] = benchmark::Counter(total / 1e9, benchmark::Counter::kIsRate);
}

void sha256_one(benchmark::State& state) {
  const Bytes data = random_data(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(data));
  set_rate(state, data.size());
}
BENCHMARK(sha256_one)->ArgName("bytes")->Arg(4 << 10)->Arg(1 << 20);

void sha256_many(benchmark::State& state, crypto::Sha256Kernels kernels) {
  const auto count = static_cast<std::size_t>(state.range(0)), size = static_cast<std::size_t>(state.range(1));
  const Bytes data = random_data(count * size);
  std::vector<ByteView> messages;
  for (std::size_t i = 0; i < count; ++i) messages.push_back(ByteView(data).subspan(i * size, size));
  std::vector<Id> digests(count);
  for (auto _ : state) {
    crypto::sha256_many(messages, digests, kernels);
    benchmark::DoNotOptimize(digests.data());
  }
  set_rate(state, data.size());
}

void aes_ctr(benchmark::State& state, crypto::KernelLevel level) {
  Bytes data = random_data(static_cast<std::size_t>(state.range(0)));
  crypto::AesCtr cipher({1, 2, 3}, level);
  const std::uint8_t iv[16] = {4, 5, 6};
  for (auto _ : state) cipher.apply(iv, data, data);
  set_rate(state, data.size());
}

void poly1305(benchmark::State& state) {
  const Bytes data = random_data(static_cast<std::size_t>(state.range(0)));
  crypto::Poly1305Aes mac({1, 2, 3}, {4, 5, 6});
  const std::uint8_t nonce[16] = {7};
  std::uint8_t code[16];
  for (auto _ : state) mac.authenticate(nonce, data, code);
  set_rate(state, data.size());
}
BENCHMARK(poly1305)->ArgName("bytes")->Arg(256)->Arg(8 << 10)->Arg(1 << 20);

void seal(benchmark::State& state, crypto::KernelLevel level) {
  const Bytes data = random_data(static_cast<std::size_t>(state.range(0)));
  Bytes out(data.size() + crypto::kSealOverhead);
  crypto::Sealer sealer(crypto::SealKey::random(), level);
  for (auto _ : state) sealer.seal(data, out);
  set_rate(state, data.size());
}

void chunker(benchmark::State& state, crypto::KernelLevel level) {
  const Bytes data = random_data(64 << 20);
  const repo::Chunker chunks(0x3DA3358B4DC173, level);
  for (auto _ : state) {
    for (std::size_t at = 0; at < data.size();) at += chunks.next(ByteView(data).subspan(at));
  }
  set_rate(state, data.size());
}

void register_levels() {
  const auto features = crypto::cpu_features();
  for (const bool avx512 : {false, true}) {
    for (const bool ni : {false, true}) {
      if ((avx512 && !features.avx512) || (ni && !features.sha)) continue;
      const auto name = std::string("sha256_many/") + (avx512 ? "avx512" : "") + (ni ? "ni" : "");
      benchmark::RegisterBenchmark(name.c_str(), sha256_many, crypto::Sha256Kernels{avx512, ni})
          ->ArgNames({"messages", "bytes"})->Args({2, 1 << 20})->Args({4, 1 << 20})->Args({8, 1 << 20})
          ->Args({12, 1 << 20})->Args({16, 1 << 20})->Args({64, 8 << 10});
    }
  }
  for (const auto level : crypto::kernel_levels()) {
    const auto name = std::string(crypto::kernel_level_name(level));
    benchmark::RegisterBenchmark(("aes_ctr/" + name).c_str(), aes_ctr, level)->ArgName("bytes")->Arg(8 << 10)
        ->Arg(1 << 20);
    benchmark::RegisterBenchmark(("seal/" + name).c_str(), seal, level)->ArgName("bytes")->Arg(8 << 10)
        ->Arg(1 << 20);
    benchmark::RegisterBenchmark(("chunker/" + name).c_str(), chunker, level);
  }
}

}  // namespace
}  // namespace tranship

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  tranship::register_levels();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
