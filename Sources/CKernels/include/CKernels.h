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
  // y[i] += alpha · max(x[i], 0)⁸
  void (*_Nonnull add_eighth_power)(float alpha, const float *x, float *y, size_t n);
  // out[i] = Σ query[j]·rows[ids[i]·n + j]
  void (*_Nonnull dot_rows)(const float *query, const float *rows, size_t n, const uint32_t *ids,
                            size_t count, float *out);
  // out[i] = Σ (query[j] − rows[ids[i]·n + j])²
  void (*_Nonnull squared_distance_rows)(const float *query, const float *rows, size_t n,
                                         const uint32_t *ids, size_t count, float *out);

  // How many outputs of a linear layer lie side by side in its packed weights.
  size_t panel_width;
  // Packs weights [outputs, inputs] for `linear`, into `inputs` times the outputs rounded up to
  // whole panels.
  void (*_Nonnull pack_weights)(
      const float *weights, float *packed, size_t outputs, size_t inputs);
  // y = x · Wᵀ + bias for x [rows, inputs] and y [rows, outputs]. A row of y depends on that row
  // of x alone, to the last bit.
  void (*_Nonnull linear)(
      const float *x, size_t rows, size_t inputs, const float *packed, const float *bias, float *y,
      size_t outputs);
  // x[i] = x[i] · Φ(x[i])
  void (*_Nonnull gelu)(float *x, size_t n);
  // The same, Φ approximated by tanh
  void (*_Nonnull gelu_tanh)(float *x, size_t n);
  // x[i] = max(x[i], 0)
  void (*_Nonnull relu)(float *x, size_t n);
  // x[i] = x[i] / (1 + e^−x[i])
  void (*_Nonnull silu)(float *x, size_t n);
  // x[i] = tanh(x[i])
  void (*_Nonnull tanh)(float *x, size_t n);
  // y[i] *= x[i]
  void (*_Nonnull multiply)(const float *x, float *y, size_t n);
  // In each of the heads of x [heads, 2 · pairs], turns the point (x[i], x[pairs + i]) by the angle
  // with the cosine cosines[i] and the sine sines[i], for i < pairs.
  void (*_Nonnull rotate)(float *x, const float *cosines, const float *sines, size_t heads,
                          size_t pairs);
  // Each row of x [rows, columns] becomes e^x over the row's sum of it.
  void (*_Nonnull softmax)(float *x, size_t rows, size_t columns);
  // Each row of x [rows, columns], shifted and scaled to mean 0 and variance 1, times gain, plus
  // bias, in y, which may be x.
  void (*_Nonnull layer_norm)(
      const float *x, const float *gain, const float *bias, float epsilon, size_t rows,
      size_t columns, float *y);
  // Each row of x + added, both [rows, columns], shifted and scaled to mean 0 and variance 1,
  // times gain, plus bias.
  void (*_Nonnull add_layer_norm)(
      float *x, const float *added, const float *gain, const float *bias, float epsilon,
      size_t rows, size_t columns);
} ck_kernels;

// The best level that this CPU runs.
ck_level ck_best_level(void);

// The kernels of a level, which must not be above ck_best_level().
const ck_kernels *ck_kernels_at(ck_level level);

#pragma clang assume_nonnull end

#endif
