#include "crypto/kernels.h"

#include <stdlib.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>

namespace tranship::crypto {

namespace {

CpuFeatures detect() {
  CpuFeatures features;
#if defined(__x86_64__)
  __builtin_cpu_init();
  features.avx2 = __builtin_cpu_supports("avx2") != 0;
  features.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  features.gfni = __builtin_cpu_supports("gfni") != 0;
  // g++ 12 knows no names for these two: CPUID leaf 7, EBX bit 29 and ECX bit 9.
  unsigned a = 0, b = 0, c = 0, d = 0;
  __get_cpuid_count(7, 0, &a, &b, &c, &d);
  features.sha = (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
  features.vaes = (c >> 9 & 1) && __builtin_cpu_supports("aes");
#endif
  return features;
}

KernelLevel best() {
  const CpuFeatures& features = cpu_features();
  if (features.avx512) return KernelLevel::avx512;
  return features.avx2 ? KernelLevel::avx2 : KernelLevel::portable;
}

KernelLevel choose() {
  const char* wanted = getenv("TRANSHIP_KERNELS");
  if (wanted == nullptr) return best();
  for (KernelLevel level : {KernelLevel::portable, KernelLevel::avx2, KernelLevel::avx512}) {
    if (kernel_level_name(level) == wanted) return std::min(level, best());
  }
  return best();
}

}  // namespace

const CpuFeatures& cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

KernelLevel kernel_level() {
  static const KernelLevel level = choose();
  return level;
}

std::vector<KernelLevel> kernel_levels() {
  std::vector<KernelLevel> levels;
  for (KernelLevel level : {KernelLevel::portable, KernelLevel::avx2, KernelLevel::avx512}) {
    if (level <= best()) levels.push_back(level);
  }
  return levels;
}

std::string_view kernel_level_name(KernelLevel level) {
  switch (level) {
    case KernelLevel::portable: return "portable";
    case KernelLevel::avx2: return "avx2";
    case KernelLevel::avx512: return "avx512";
  }
  return "unknown";
}

}  // namespace tranship::crypto
