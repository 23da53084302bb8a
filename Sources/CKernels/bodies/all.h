// Every kernel body, compiled for the instruction set that the including file has pushed, and the
// table of them. CK_TABLE is the table's name.

#include "CKernels.h"

// Sums may be reordered and multiply-adds fused: that is what lets the loops vectorise. Results
// differ between instruction sets by rounding only.
#pragma clang fp reassociate(on) contract(fast)

#include "vectors.h"
#include "rows.h"

const ck_kernels CK_TABLE = {
    .dot = dot,
    .squared_distance = squared_distance,
    .add_scaled = add_scaled,
    .scale = scale,
    .dot_rows = dot_rows,
    .squared_distance_rows = squared_distance_rows,
};
