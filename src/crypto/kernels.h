#pragma once
// Which vector kernels this process uses. Chosen once from CPUID; the environment variable TRANSHIP_KERNELS
// (portable, avx2 or avx512) lowers the choice, for tests and for measuring. Thread-safe.

#include <string_view>
#include <vector>

namespace tranship::crypto {

// Each level holds the ones before it. What a level lacks on this CPU (say SHA extensions) is left out of it.
enum class KernelLevel {
  portable,  // scalar code and OpenSSL
  avx2,      // SHA extensions two messages at a time, interleaved scalar chunker
  avx512,    // AVX-512 with GFNI and VAES where the CPU has them
};

struct CpuFeatures {
  bool avx2 = false;
  bool avx512 = false;  // F, BW, DQ, VL, and the operating system keeps the registers
  bool sha = false;
  bool gfni = false;
  bool vaes = false;
};

const CpuFeatures& cpu_features();
// The level in use: the best one of this CPU, or the lower one that TRANSHIP_KERNELS names.
KernelLevel kernel_level();
// Every level this CPU can run, lowest first; for tests that compare them.
std::vector<KernelLevel> kernel_levels();
std::string_view kernel_level_name(KernelLevel level);

}  // namespace tranship::crypto
