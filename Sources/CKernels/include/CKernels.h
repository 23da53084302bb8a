#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// The inner loops of EmbedRec, each compiled once for every instruction set below and chosen at
// run time. Every function is a plain C loop that the compiler vectorises; the bodies stand once,
// in the files under `bodies/`. A table of function pointers, rather than a dispatching call,
// so that tests can hold each instruction set that the machine has against the others.

typedef enum {
  CK_BASELINE = 0,
  CK_AVX2 = 1,
  CK_AVX512 = 2,
  CK_AVX512_VNNI = 3,
  CK_AVX512_BF16 = 4
} ck_level;

// What is done to the outputs of a linear layer.
typedef enum {
  CK_IDENTITY = 0,
  CK_GELU = 1,       // x · Φ(x)
  CK_GELU_TANH = 2,  // the same, Φ approximated by tanh
  CK_RELU = 3,       // max(x, 0)
  CK_SILU = 4,       // x / (1 + e⁻ˣ)
  CK_TANH = 5
} ck_activation;

// A quantised row: x ≈ scale · (q − zero).
typedef struct {
  float scale;
  int32_t zero;
} ck_row_scale;

// The packed weights of a linear layer, and its outputs' constants: whole panels of them. Scales
// and sums are of int8 weights only.
typedef struct {
  size_t inputs, outputs;
  const void *packed;
  const float *bias;
  const float *_Nullable scales;
  const int32_t *_Nullable sums;
} ck_weights;

typedef void (*ck_attention_function)(
    const float *q, const float *k, const float *v, size_t stride, size_t length, size_t size,
    float scale, const float *_Nullable bias, size_t reach, float *scratch, float *out,
    size_t out_stride);

// Vectors as bytes, 128 meaning 0, in rows of `stride` bytes (a multiple of 64), each with a factor
// and, if there are any, a lift.
typedef struct {
  const uint8_t *codes;
  size_t stride;
  const float *factors;
  const float *_Nullable lifts;
} ck_codes;

// What such vectors are compared with.
typedef struct {
  const uint8_t *code;
  float factor, lift, constant;
} ck_code_query;

typedef void (*ck_linear_function)(
    const void *x, const ck_row_scale *_Nullable row_scales, size_t rows,
    const ck_weights *weights, ck_activation activation, float *y);

typedef struct {
  // Σ a[i]·b[i]
  float (*_Nonnull dot)(const float *a, const float *b, size_t n);
  // Σ (a[i] − b[i])²
  float (*_Nonnull squared_distance)(const float *a, const float *b, size_t n);
  // y[i] += alpha · x[i]
  void (*_Nonnull add_scaled)(float alpha, const float *x, float *y, size_t n);
  // y[i] *= x[i]
  void (*_Nonnull multiply)(const float *x, float *y, size_t n);
  // x[i] *= alpha
  void (*_Nonnull scale)(float alpha, float *x, size_t n);
  // y[i] += alpha · max(x[i], 0)⁸
  void (*_Nonnull add_eighth_power)(float alpha, const float *x, float *y, size_t n);

  // out[i] = Σ code·query · (query's factor · factor) + query's lift · lift + constant, of the codes
  // ids[i]: the same to the last bit on every instruction set.
  void (*_Nonnull code_scores)(const ck_codes *space, const ck_code_query *query,
                               const uint32_t *ids, size_t count, float *out);
  // The ids of a list of `places`, up to UINT32_MAX, whose stamp isn't `stamp`; stamps them and
  // fetches the first of their codes. Returns how many.
  size_t (*_Nonnull gather_new)(const ck_codes *space, const uint32_t *list, size_t places,
                                uint16_t *stamps, uint16_t stamp, uint32_t *out);
  // Asks for memory that will be needed soon.
  void (*_Nonnull fetch)(const void *start, size_t bytes);
  // Maps x onto a code of `stride` bytes; returns the code's length.
  float (*_Nonnull code_quantize)(const float *x, size_t n, uint8_t *out, size_t stride);
  // Σ a[i]·b[i], b in half precision and finite
  float (*_Nonnull half_dot)(const float *a, const uint16_t *b, size_t n);
  // Every i with x[i]·factors[i] + lifts[i] ≥ bar, in out; returns how many.
  size_t (*_Nonnull at_least)(const float *x, const float *factors, const float *_Nullable lifts,
                              float bar, size_t n, uint32_t *out);

  // Linear layers. A group is four bytes of neighbouring inputs; these are how many inputs it
  // holds. Packed weights and rows that are rounded or quantised have whole groups.
  size_t panel_width, f32_group, bf16_group, int8_group;
  // Packs rows of groups, [outputs, groups], outputs rounded up to whole panels.
  void (*_Nonnull pack_groups)(
      const uint32_t *rows, uint32_t *packed, size_t outputs, size_t groups);
  // Rounds x [rows, inputs] to bfloat16.
  void (*_Nonnull bf16_round)(const float *x, size_t rows, size_t inputs, void *out);
  // Maps each row of x onto 0…255.
  void (*_Nonnull int8_quantize)(
      const float *x, size_t rows, size_t inputs, void *out, ck_row_scale *scales);
  // Maps each output's weights onto −127…127, and packs them. Scales and sums are of the outputs
  // rounded up to whole panels.
  void (*_Nonnull int8_pack)(
      const float *weights, size_t outputs, size_t inputs, void *packed, float *scales,
      int32_t *sums);
  // y = activation(x · Wᵀ + bias) for rows of x in the layer's format, and y [rows, outputs]. A row
  // of y depends on that row of x alone, to the last bit.
  ck_linear_function _Nonnull f32_linear, bf16_linear, int8_linear;
  // x[i] = activation(x[i])
  void (*_Nonnull activate)(ck_activation activation, float *x, size_t n);
  // softmax(scale · Q · Kᵀ + bias) · V of one head and text. q, k and v are [length, size] with
  // rows `stride` apart. To the score of a key d places after the query bias[d] is added, for all
  // −length < d < length, unless bias is null. A token attends to those at most `reach` away.
  // Scratch memory is of attention_scratch floats.
  // The second takes products of bfloat16 where the CPU has instructions for them.
  ck_attention_function _Nonnull f32_attention, bf16_attention;
  size_t (*_Nonnull attention_scratch)(size_t length, size_t size);
  // In each of the heads of x [heads, 2 · pairs], turns the point (x[i], x[pairs + i]) by the angle
  // with the cosine cosines[i] and the sine sines[i], for i < pairs.
  void (*_Nonnull rotate)(float *x, const float *cosines, const float *sines, size_t heads,
                          size_t pairs);
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
