// Attention of one head over one text (Vaswani et al., "Attention is all you need", 2017,
// equation 1): out = softmax(scale · Q · Kᵀ + bias) · V, where the bias depends on how far a key lies
// from its query. For the two products the including file chooses a format:
//
//   CK_FORMAT(name)   a name of this format's own
//   CK_NUMBER         what it stores a number as
//   CK_OF(x)          the float x, stored
//   CK_ROW(x, n, y)   n floats, stored at y
//
// ROWS queries at a time: their scores stay in the nearest cache from the first product to the
// last. S is the number of tokens, D the size of the head.

// The numbers in a group, and a count of inputs rounded up to whole groups.
#define CK_GROUP (sizeof(group) / sizeof(CK_NUMBER))
#define CK_WHOLE(n) (CK_FORMAT(groups)(n) * CK_GROUP)

static void CK_FORMAT(attention)(
    const float *restrict q, const float *restrict k, const float *restrict v, size_t stride,
    size_t length, size_t size, float scale, const float *restrict bias, size_t reach,
    float *restrict scratch, float *restrict out, size_t out_stride) {
  const columns no_bias = {no_biases, 0, 0};
  size_t padded = whole_panels(length), inputs = CK_WHOLE(size), seen = CK_WHOLE(length);
  CK_NUMBER *keys = (CK_NUMBER *)scratch, *values = keys + padded * inputs;
  CK_NUMBER *queries = values + whole_panels(size) * seen;
  float *scores = (float *)(queries + CK_ROWS * inputs), *block = scores + CK_ROWS * padded;
  // In float32 the shares take the place of the scores.
  CK_NUMBER *shares =
      CK_GROUP == 1 ? (CK_NUMBER *)scores : (CK_NUMBER *)(block + CK_ROWS * CK_PANEL);

  // Keys become weights of S outputs and D inputs; values of D outputs and S inputs.
  for (size_t first = 0; first < length; first += CK_PANEL) {
    CK_NUMBER *panel = keys + first * inputs;
    size_t width = length - first < CK_PANEL ? length - first : CK_PANEL;
    const float *key = k + first * stride;
    if (CK_GROUP == 1) {
      pack_panel((const group *)key, stride, width, size, (group *)panel);
    } else {
      // The rows, stored, wait where the shares will stand.
      for (size_t column = 0; column < width; column++) {
        CK_NUMBER *stored = shares + column * inputs;
        stored[inputs - 1] = 0;
        CK_ROW(key + column * stride, size, stored);
      }
      pack_panel(
          (const group *)shares, inputs / CK_GROUP, width, inputs / CK_GROUP, (group *)panel);
    }
  }
  for (size_t first = 0; first < size; first += CK_PANEL) {
    CK_NUMBER *panel = values + first * seen;
    size_t width = size - first < CK_PANEL ? size - first : CK_PANEL;
    if (width < CK_PANEL || seen > length) memset(panel, 0, sizeof *panel * CK_PANEL * seen);
    for (size_t row = 0; row < length; row++) {
      CK_NUMBER *target = panel + row / CK_GROUP * CK_PANEL * CK_GROUP + row % CK_GROUP;
      const float *value = v + row * stride + first;
      for (size_t column = 0; column < width; column++)
        target[column * CK_GROUP] = CK_OF(value[column]);
    }
  }

  size_t blocks = (length + CK_ROWS - 1) / CK_ROWS;
  for (size_t b = 0; b < blocks; b++) {
    size_t row = b * length / blocks, height = (b + 1) * length / blocks - row;
    float factors[CK_ROWS];
    for (size_t r = 0; r < height; r++) {
      for (size_t i = 0; i < size; i++)
        queries[r * inputs + i] = CK_OF(scale * q[(row + r) * stride + i]);
      for (size_t i = size; i < inputs; i++) queries[r * inputs + i] = 0;
    }
    for (size_t first = 0; first < length; first += CK_PANEL)
      CK_FORMAT(multiply_panel)(
          (const group *)queries, inputs / CK_GROUP, inputs / CK_GROUP,
          (const group *)(keys + first * inputs), 0, no_bias, scores + first, padded, height);
    for (size_t r = 0; r < height; r++) {
      size_t first = row + r > reach ? row + r - reach : 0;
      size_t end = length - (row + r) > reach ? row + r + reach + 1 : length;
      float *own = scores + r * padded;
      factors[r] =
          1.0f / exponentials(own, first, end, padded, bias ? bias - (row + r) : 0);
      if (CK_GROUP > 1) CK_ROW(own, padded, shares + r * padded);
    }
    for (size_t first = 0; first < size; first += CK_PANEL) {
      size_t width = size - first < CK_PANEL ? size - first : CK_PANEL;
      CK_FORMAT(multiply_panel)(
          (const group *)shares, padded / CK_GROUP, seen / CK_GROUP, (const group *)(values + first * seen), 0,
          no_bias, block, CK_PANEL, height);
      for (size_t r = 0; r < height; r++) {
        float *target = out + (row + r) * out_stride + first;
        for (size_t column = 0; column < width; column++)
          target[column] = block[r * CK_PANEL + column] * factors[r];
      }
    }
  }
}

#undef CK_FORMAT
#undef CK_NUMBER
#undef CK_OF
#undef CK_ROW
#undef CK_GROUP
#undef CK_WHOLE
