// Which kernels this CPU runs.
#include "CKernels.h"

extern const ck_kernels ck_baseline_kernels;

#if defined(__x86_64__)
extern const ck_kernels ck_avx2_kernels, ck_avx512_kernels, ck_avx512_vnni_kernels,
    ck_avx512_bf16_kernels;

ck_level ck_best_level(void) {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    if (!__builtin_cpu_supports("avx512vnni")) return CK_AVX512;
    return __builtin_cpu_supports("avx512bf16") ? CK_AVX512_BF16 : CK_AVX512_VNNI;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_AVX2;
  return CK_BASELINE;
}

const ck_kernels *ck_kernels_at(ck_level level) {
  switch (level) {
    case CK_AVX512_BF16: return &ck_avx512_bf16_kernels;
    case CK_AVX512_VNNI: return &ck_avx512_vnni_kernels;
    case CK_AVX512: return &ck_avx512_kernels;
    case CK_AVX2: return &ck_avx2_kernels;
    default: return &ck_baseline_kernels;
  }
}
#else
ck_level ck_best_level(void) { return CK_BASELINE; }

const ck_kernels *ck_kernels_at(ck_level level) { return &ck_baseline_kernels; }
#endif
