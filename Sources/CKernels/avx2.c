// The kernels for CPUs with AVX2 and FMA (x86-64-v3).
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define CK_TABLE ck_avx2_kernels
#define CK_LANES 8
#include "bodies/all.h"
#pragma clang attribute pop
#endif
