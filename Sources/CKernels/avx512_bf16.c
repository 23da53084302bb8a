// The kernels for CPUs with AVX-512 and dot products of bytes and bfloat16.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#pragma clang attribute push(__attribute__((                                                       \
    target("avx512vnni,avx512bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define CK_TABLE ck_avx512_bf16_kernels
#define CK_LANES 16
#define CK_VNNI 1
#define CK_BF16 1
#include "bodies/all.h"
#pragma clang attribute pop
#endif
