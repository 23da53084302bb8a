// Every kernel body, compiled for the instruction set that the including file has pushed, and the
// table of them. CK_TABLE is the table's name, CK_LANES the floats that a vector register holds;
// CK_VNNI and CK_BF16 say whether there are instructions for dot products of bytes and bfloat16.

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "CKernels.h"

#define CK_INLINE static inline __attribute__((always_inline))

// Sums may be reordered and multiply-adds fused: that is what lets the loops vectorise. Results
// differ between instruction sets by rounding only.
#pragma clang fp reassociate(on) contract(fast)

#include "vectors.h"
#include "codes.h"

#include "activations.h"
#include "normalization.h"
#include "linear.h"
#include "rotation.h"
#include "softmax.h"

#define CK_FORMAT(name) f32_##name
#define CK_NUMBER float
#define CK_OF(x) (x)
#define CK_ROW(x, n, y) memcpy(y, x, sizeof(float) * (n))
#include "attention.h"

#if CK_BF16
#define CK_FORMAT(name) bf16_##name
#define CK_NUMBER uint16_t
#define CK_OF(x) bf16_of(x)
#define CK_ROW(x, n, y) bf16_row(x, n, y)
#include "attention.h"
#endif

const ck_kernels CK_TABLE = {
    .dot = dot,
    .squared_distance = squared_distance,
    .add_scaled = add_scaled,
    .multiply = multiply,
    .scale = scale,
    .add_eighth_power = add_eighth_power,
    .code_scores = code_scores,
    .gather_new = gather_new,
    .fetch = fetch,
    .code_quantize = code_quantize,
    .half_dot = half_dot,
    .at_least = at_least,
    .panel_width = CK_PANEL,
    .f32_group = 1,
    .bf16_group = 2,
    .int8_group = quanta,
    .pack_groups = pack_groups,
    .bf16_round = bf16_round,
    .int8_quantize = int8_quantize,
    .int8_pack = int8_pack,
    .f32_linear = f32_linear,
    .bf16_linear = bf16_linear,
    .int8_linear = int8_linear,
    .activate = activate,
    .attention_scratch = attention_scratch,
    .f32_attention = f32_attention,
#if CK_BF16
    .bf16_attention = bf16_attention,
#else
    .bf16_attention = f32_attention,
#endif
    .rotate = rotate,
    .layer_norm = layer_norm,
    .add_layer_norm = add_layer_norm,
};
