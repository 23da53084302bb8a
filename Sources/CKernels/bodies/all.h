// Every kernel body, compiled for the instruction set that the including file has pushed, and the
// table of them. CK_TABLE is the table's name, CK_LANES the floats that a vector register holds.

#include <math.h>

#include "CKernels.h"

// Sums may be reordered and multiply-adds fused: that is what lets the loops vectorise. Results
// differ between instruction sets by rounding only.
#pragma clang fp reassociate(on) contract(fast)

#include "vectors.h"
#include "rows.h"

#include "transformer.h"

const ck_kernels CK_TABLE = {
    .dot = dot,
    .squared_distance = squared_distance,
    .add_scaled = add_scaled,
    .scale = scale,
    .add_eighth_power = add_eighth_power,
    .dot_rows = dot_rows,
    .squared_distance_rows = squared_distance_rows,
    .panel_width = CK_PANEL,
    .pack_weights = pack_weights,
    .linear = linear,
    .gelu = gelu,
    .gelu_tanh = gelu_tanh,
    .relu = relu,
    .silu = silu,
    .tanh = hyperbolic_tangent,
    .multiply = multiply,
    .rotate = rotate,
    .softmax = softmax,
    .layer_norm = layer_norm,
    .add_layer_norm = add_layer_norm,
};
