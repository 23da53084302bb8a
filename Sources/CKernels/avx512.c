// The kernels for CPUs with AVX-512 (x86-64-v4).
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#pragma clang attribute push(__attribute__((                                                       \
    target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define CK_TABLE ck_avx512_kernels
#define CK_LANES 16
#include "bodies/all.h"
#pragma clang attribute pop
#endif
