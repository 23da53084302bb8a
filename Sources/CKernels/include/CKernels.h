#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// The inner loops of EmbedRec, each compiled once for every instruction set below and chosen at
// run time. Every function is a plain C loop that the compiler vectorises; the bodies stand once,
// in the files under `bodies/`. A table of function pointers, rather than a dispatching call,
// so that tests can hold each instruction set that the machine has against the others.

typedef enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2 } ck_level;

typedef struct {
  // Σ a[i]·b[i]
  float (*_Nonnull dot)(const float *a, const float *b, size_t n);
  // Σ (a[i] − b[i])²
  float (*_Nonnull squared_distance)(const float *a, const float *b, size_t n);
  // y[i] += alpha · x[i]
  void (*_Nonnull add_scaled)(float alpha, const float *x, float *y, size_t n);
  // x[i] *= alpha
  void (*_Nonnull scale)(float alpha, float *x, size_t n);
  // out[i] = Σ query[j]·rows[ids[i]·n + j]
  void (*_Nonnull dot_rows)(const float *query, const float *rows, size_t n, const uint32_t *ids,
                            size_t count, float *out);
  // out[i] = Σ (query[j] − rows[ids[i]·n + j])²
  void (*_Nonnull squared_distance_rows)(const float *query, const float *rows, size_t n,
                                         const uint32_t *ids, size_t count, float *out);
} ck_kernels;

// The best level that this CPU runs.
ck_level ck_best_level(void);

// The kernels of a level, which must not be above ck_best_level().
const ck_kernels *ck_kernels_at(ck_level level);

#pragma clang assume_nonnull end

#endif
