// Linear layers, y = activation(x · Wᵀ + bias), in three formats: float32, bfloat16 and int8.

// Vector registers, loaded from numbers that lie anywhere in memory.
typedef float vector __attribute__((vector_size(4 * CK_LANES), aligned(4), may_alias));
typedef int32_t integers __attribute__((vector_size(4 * CK_LANES), aligned(4), may_alias));
typedef uint32_t group __attribute__((may_alias));

#define CK_VECTORS 2
#define CK_PANEL (CK_VECTORS * CK_LANES)
// All registers but those for the weights and for x: of 32 with AVX-512, of 16 elsewhere.
#define CK_ROWS (CK_LANES == 16 ? 14 : 6)

// How far ahead of their use weights are fetched, in bytes. For a few rows, the speed of memory is
// what counts, and the hardware's own prefetching stops at each page.
enum { panel_ahead = 8192 };

// Where the constants of a panel's outputs begin.
typedef struct {
  const float *bias, *scales;
  const int32_t *sums;
} columns;

CK_INLINE vector floats_at(const void *p) { return *(const vector *)p; }
CK_INLINE integers integers_at(const void *p) { return *(const integers *)p; }

CK_INLINE float float_of(group bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

typedef uint32_t four __attribute__((vector_size(16), aligned(4), may_alias));

// One panel of at most PANEL rows of groups that lie `stride` groups apart, filled up with zeros: a
// transposition, four by four where it can be.
static void pack_panel(
    const group *restrict rows, size_t stride, size_t width, size_t groups, group *restrict panel) {
  if (width < CK_PANEL) memset(panel, 0, sizeof *panel * CK_PANEL * groups);
  size_t column = 0;
  for (; column + 4 <= width; column += 4) {
    const group *row = rows + column * stride;
    group *target = panel + column;
    size_t i = 0;
    for (; i + 4 <= groups; i += 4) {
      four a = *(const four *)(row + i), b = *(const four *)(row + stride + i);
      four c = *(const four *)(row + 2 * stride + i), d = *(const four *)(row + 3 * stride + i);
      four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
      *(four *)(target + i * CK_PANEL) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
      *(four *)(target + (i + 1) * CK_PANEL) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
      ab = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
      *(four *)(target + (i + 2) * CK_PANEL) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
      *(four *)(target + (i + 3) * CK_PANEL) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    }
    for (; i < groups; i++) {
      for (size_t r = 0; r < 4; r++) target[i * CK_PANEL + r] = row[r * stride + i];
    }
  }
  for (; column < width; column++) {
    for (size_t i = 0; i < groups; i++) panel[i * CK_PANEL + column] = rows[column * stride + i];
  }
}

// Packs rows of groups, [outputs, groups], into panels.
static void pack_groups(
    const group *restrict rows, group *restrict packed, size_t outputs, size_t groups) {
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    size_t width = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    pack_panel(rows + first * groups, groups, width, groups, packed + first * groups);
  }
}

// ---- float32

CK_INLINE size_t f32_groups(size_t inputs) { return inputs; }

#define CK_FORMAT(name) f32_##name
#define CK_ACCUMULATOR vector
#define CK_MULTIPLY(s, x, w) ((s) + float_of(x) * floats_at(w))
#define CK_FINISH(s, r, c) ((s) + floats_at(at.bias + (c)))
#include "panels.h"

// ---- bfloat16: the upper half of a float32, two to a group

CK_INLINE size_t bf16_groups(size_t inputs) { return (inputs + 1) / 2; }

CK_INLINE uint16_t bf16_of(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);  // To nearest, ties to even.
}

CK_INLINE void bf16_row(const float *restrict x, size_t n, uint16_t *restrict out) {
  size_t i = 0;
#if CK_BF16
  for (; i + 16 <= n; i += 16)
    _mm256_storeu_si256((__m256i *)(out + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
#endif
  for (; i < n; i++) out[i] = bf16_of(x[i]);
}

static void bf16_round(const float *restrict x, size_t rows, size_t inputs, void *restrict out) {
  uint16_t *target = out;
  for (size_t row = 0; row < rows; row++, x += inputs) {
    bf16_row(x, inputs, target);
    if (inputs % 2) target[inputs] = 0;
    target += 2 * bf16_groups(inputs);
  }
}

#define CK_FORMAT(name) bf16_##name
#define CK_ACCUMULATOR vector
#define CK_MULTIPLY(s, x, w) bf16_multiply(s, x, w)
#define CK_FINISH(s, r, c) ((s) + floats_at(at.bias + (c)))

CK_INLINE vector bf16_multiply(vector sums, group x, const group *weights) {
#if CK_BF16
  return (vector)_mm512_dpbf16_ps(
      (__m512)sums, (__m512bh)_mm512_set1_epi32((int)x), (__m512bh)integers_at(weights));
#else
  integers w = integers_at(weights);
  sums += float_of(x << 16) * (vector)(w << 16);
  return sums + float_of(x & 0xFFFF0000) * (vector)(w & (int32_t)0xFFFF0000);
#endif
}

#include "panels.h"

// ---- int8
//
// A row of x is mapped onto 0…255, its least number onto 0 and its greatest onto 255:
// x ≈ scale · (q − zero); weights onto −127…127, a scale for each output. Then
// Σ x·w ≈ row scale · column scale · (Σ q·w − zero · Σ w), where the sums are exact integers.
// (Jacob et al., "Quantization and training of neural networks for efficient
// integer-arithmetic-only inference", 2018.)
//
// With VNNI a group is four bytes; elsewhere two 16-bit numbers, since the sum of two products of
// bytes does not fit the 16 bits that the older instruction gives it. The results are the same.

#if CK_VNNI
typedef uint8_t quantum;
typedef int8_t weight_quantum;
#else
typedef int16_t quantum;
typedef int16_t weight_quantum;
#endif
enum { quanta = sizeof(group) / sizeof(quantum) };

CK_INLINE size_t int8_groups(size_t inputs) { return (inputs + quanta - 1) / quanta; }

static void int8_quantize(
    const float *restrict x, size_t rows, size_t inputs, void *restrict out,
    ck_row_scale *restrict scales) {
  quantum *target = out;
  size_t width = quanta * int8_groups(inputs);
  for (size_t row = 0; row < rows; row++, x += inputs, target += width) {
    float least[16] = {0}, most[16] = {0};
    size_t i = 0;
    for (; i + 16 <= inputs; i += 16) {
      for (int lane = 0; lane < 16; lane++) {
        float value = x[i + lane];
        least[lane] = value < least[lane] ? value : least[lane];
        most[lane] = value > most[lane] ? value : most[lane];
      }
    }
    for (; i < inputs; i++) {
      least[0] = x[i] < least[0] ? x[i] : least[0];
      most[0] = x[i] > most[0] ? x[i] : most[0];
    }
    for (int lane = 1; lane < 16; lane++) {
      least[0] = least[lane] < least[0] ? least[lane] : least[0];
      most[0] = most[lane] > most[0] ? most[lane] : most[0];
    }
    float range = most[0] - least[0];
    // A row of zeros, or one that is too small or too large to be divided by, counts as zeros.
    int usable = range > 1e-30f && range < 1e30f;
    float inverse = usable ? 255.0f / range : 0;
    // Half is added before the fraction is cut off, which rounds, as nothing here is negative.
    int32_t zero = (int32_t)(-least[0] * inverse + 0.5f);
    float offset = (float)zero + 0.5f;
    scales[row].scale = usable ? range / 255.0f : 0;
    scales[row].zero = zero;
    for (i = 0; i < inputs; i++) {
      float q = x[i] * inverse + offset;
      q = q > 0 ? q : 0;  // What is not a number, too.
      target[i] = (quantum)(int32_t)(q < 255 ? q : 255);
    }
    for (; i < width; i++) target[i] = 0;
  }
}

static void int8_pack(
    const float *restrict weights, size_t outputs, size_t inputs, void *restrict packed,
    float *restrict scales, int32_t *restrict sums) {
  weight_quantum *target = packed;
  size_t groups = int8_groups(inputs);
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    for (size_t column = 0; column < CK_PANEL; column++) {
      size_t output = first + column;
      float most = 0;
      if (output < outputs) {
        for (size_t i = 0; i < inputs; i++) {
          float size = fabsf(weights[output * inputs + i]);
          most = size > most ? size : most;
        }
      }
      float inverse = most > 1e-30f ? 127.0f / most : 0;
      scales[output] = most > 1e-30f ? most / 127.0f : 0;
      sums[output] = 0;
      for (size_t i = 0; i < quanta * groups; i++) {
        float value = output < outputs && i < inputs
                          ? rintf(weights[output * inputs + i] * inverse)
                          : 0;
        target[(i / quanta * CK_PANEL + column) * quanta + i % quanta] = (weight_quantum)value;
        sums[output] += (int32_t)value;
      }
    }
    target += quanta * groups * CK_PANEL;
  }
}

#define CK_FORMAT(name) int8_##name
#define CK_ACCUMULATOR integers
#define CK_MULTIPLY(s, x, w) int8_multiply(s, x, w)
#define CK_FINISH(s, r, c)                                                                         \
  (__builtin_convertvector((s) - row_scales[r].zero * integers_at(at.sums + (c)), vector) *         \
       (row_scales[r].scale * floats_at(at.scales + (c))) +                                         \
   floats_at(at.bias + (c)))

CK_INLINE integers int8_multiply(integers sums, group x, const group *weights) {
#if CK_VNNI
  return (integers)_mm512_dpbusd_epi32(
      (__m512i)sums, _mm512_set1_epi32((int)x), (__m512i)integers_at(weights));
#elif defined(__x86_64__) && CK_LANES == 16
  return sums + (integers)_mm512_madd_epi16(
      _mm512_set1_epi32((int)x), (__m512i)integers_at(weights));
#elif defined(__x86_64__) && CK_LANES == 8
  return sums + (integers)_mm256_madd_epi16(
      _mm256_set1_epi32((int)x), (__m256i)integers_at(weights));
#elif defined(__x86_64__)
  return sums + (integers)_mm_madd_epi16(_mm_set1_epi32((int)x), (__m128i)integers_at(weights));
#else
  integers w = integers_at(weights);
  sums += ((int32_t)(x << 16) >> 16) * (w << 16 >> 16);
  return sums + ((int32_t)x >> 16) * (w >> 16);
#endif
}

#include "panels.h"
