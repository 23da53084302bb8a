// Matrix products against packed weights, in whichever format the including file asks for:
//
//   CK_FORMAT(name)     a name of this format's own
//   CK_ACCUMULATOR      the vector that a sum of products is kept in
//   CK_MULTIPLY(s, x, w)  s plus the products of one group of x with a vector of groups of w
//   CK_FINISH(s, r, c)  the floats that the sums s stand for: of row r, at column c
//
// A *group* is four bytes of neighbouring inputs: one float32, two bfloat16 or int16, four int8.
// Weights are packed into panels of PANEL outputs: for each group of inputs, the PANEL groups of
// weights that it meets lie side by side. ROWS × PANEL sums fill the vector registers while one
// panel streams past (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication",
// 2008); x itself needs no packing, since a transformer's rows are short.

// One panel times `rows` rows, a constant where this is inlined. Every sum runs over the inputs in
// their order, whatever the number of rows: a row's result does not depend on its neighbours.
CK_INLINE void CK_FORMAT(multiply_rows)(
    const group *restrict x, size_t stride, size_t groups, const group *restrict panel,
    const ck_row_scale *restrict row_scales, const columns at, float *restrict y, size_t y_stride,
    const int rows) {
#pragma clang fp reassociate(off)
  CK_ACCUMULATOR sums[CK_ROWS][CK_VECTORS];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_VECTORS; v++) sums[row][v] = (CK_ACCUMULATOR){0};
  }
  for (size_t i = 0; i < groups; i++) {
    const group *weights = panel + i * CK_PANEL;
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_VECTORS; v++)
      __builtin_prefetch((const char *)(weights + v * CK_LANES) + panel_ahead);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < CK_VECTORS; v++)
        sums[row][v] = CK_MULTIPLY(sums[row][v], x[row * stride + i], weights + v * CK_LANES);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_VECTORS; v++)
      *(vector *)(y + row * y_stride + v * CK_LANES) = CK_FINISH(sums[row][v], row, v * CK_LANES);
  }
}

static __attribute__((noinline)) void CK_FORMAT(multiply_panel)(
    const group *restrict x, size_t stride, size_t groups, const group *restrict panel,
    const ck_row_scale *restrict row_scales, const columns at, float *restrict y, size_t y_stride,
    size_t rows) {
#define CK_CASE(n)                                                                                 \
  case n:                                                                                          \
    return CK_FORMAT(multiply_rows)(x, stride, groups, panel, row_scales, at, y, y_stride, n);
  switch (rows) {
    CK_CASE(1) CK_CASE(2) CK_CASE(3) CK_CASE(4) CK_CASE(5) CK_CASE(6)
#if CK_ROWS > 6
    CK_CASE(7) CK_CASE(8) CK_CASE(9) CK_CASE(10) CK_CASE(11) CK_CASE(12) CK_CASE(13) CK_CASE(14)
#endif
  }
#undef CK_CASE
}

// y = activation(x · Wᵀ + bias) for `rows` rows.
static void CK_FORMAT(linear)(
    const void *restrict x, const ck_row_scale *restrict row_scales, size_t rows,
    const ck_weights *restrict w, ck_activation activation, float *restrict y) {
  float block[CK_ROWS * CK_PANEL] __attribute__((aligned(64)));
  const group *input = x, *panel = w->packed;
  size_t groups = CK_FORMAT(groups)(w->inputs), outputs = w->outputs;
  columns at = {w->bias, w->scales, w->sums};
  // Blocks of even height: none is left that is too low to keep the units busy.
  size_t blocks = (rows + CK_ROWS - 1) / CK_ROWS;
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    size_t width = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    int in_place = width == CK_PANEL;
    for (size_t b = 0; b < blocks; b++) {
      size_t row = b * rows / blocks, height = (b + 1) * rows / blocks - row;
      float *target = y + row * outputs + first;
      CK_FORMAT(multiply_panel)(
          input + row * groups, groups, groups, panel, row_scales + row, at,
          in_place ? target : block, in_place ? outputs : CK_PANEL, height);
      for (size_t r = 0; r < height; r++) {
        if (in_place) {
          activate(activation, target + r * outputs, CK_PANEL);
        } else {
          activate(activation, block + r * CK_PANEL, CK_PANEL);
          memcpy(target + r * outputs, block + r * CK_PANEL, sizeof(float) * width);
        }
      }
    }
    panel += groups * CK_PANEL;
    at.bias += CK_PANEL;
    at.scales += CK_PANEL;
    at.sums += CK_PANEL;
  }
}

#undef CK_FORMAT
#undef CK_ACCUMULATOR
#undef CK_MULTIPLY
#undef CK_FINISH
