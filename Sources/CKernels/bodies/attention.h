// Attention of one head over one text (Vaswani et al., "Attention is all you need", 2017,
// equation 1): out = softmax(scale · Q · Kᵀ + bias) · V, where the bias depends on how far a key lies
// from its query.
//
// ROWS queries at a time: their scores stay in the nearest cache from the first product to the
// last. S is the number of tokens, D the size of the head.

// Floats of scratch memory.
static size_t attention_scratch(size_t length, size_t size) {
  size_t keys = (length + CK_PANEL - 1) / CK_PANEL * CK_PANEL;
  size_t values = (size + CK_PANEL - 1) / CK_PANEL * CK_PANEL;
  return keys * size + values * length + CK_ROWS * (keys + CK_PANEL);
}

// The exponentials of scale · x[i] + bias[i], less the greatest of these, for first ≤ i < end, and
// zeros elsewhere; returns their sum.
CK_INLINE float exponentials(
    float *restrict x, size_t first, size_t end, size_t columns, float scale,
    const float *restrict bias) {
  if (bias) {
    for (size_t i = first; i < end; i++) x[i] = scale * x[i] + bias[i];
  } else {
    for (size_t i = first; i < end; i++) x[i] *= scale;
  }
  // One maximum for each lane, then the maximum of those: a single one would not vectorise.
  float highest[16], sum = 0;
  for (int lane = 0; lane < 16; lane++) highest[lane] = -INFINITY;
  size_t i = first;
  for (; i + 16 <= end; i += 16) {
    for (int lane = 0; lane < 16; lane++)
      highest[lane] = x[i + lane] > highest[lane] ? x[i + lane] : highest[lane];
  }
  for (; i < end; i++) highest[0] = x[i] > highest[0] ? x[i] : highest[0];
  for (int lane = 1; lane < 16; lane++)
    highest[0] = highest[lane] > highest[0] ? highest[lane] : highest[0];
  for (i = 0; i < first; i++) x[i] = 0;
  for (i = first; i < end; i++) {
    x[i] = exponential(x[i] - highest[0]);
    sum += x[i];
  }
  for (; i < columns; i++) x[i] = 0;
  return sum;
}

static void attention(
    const float *restrict q, const float *restrict k, const float *restrict v, size_t stride,
    size_t length, size_t size, float scale, const float *restrict bias, size_t reach,
    float *restrict scratch, float *restrict out, size_t out_stride) {
  static const float zeros[CK_PANEL];
  const columns no_bias = {zeros, 0, 0};
  size_t padded = (length + CK_PANEL - 1) / CK_PANEL * CK_PANEL;
  float *keys = scratch, *values = keys + padded * size;
  float *scores = values + (size + CK_PANEL - 1) / CK_PANEL * CK_PANEL * length;
  float *block = scores + CK_ROWS * padded;

  // Keys become weights of S outputs and D inputs; values of D outputs and S inputs.
  for (size_t first = 0; first < length; first += CK_PANEL) {
    float *panel = keys + first * size;
    for (size_t column = 0; column < CK_PANEL; column++) {
      const float *key = k + (first + column) * stride;
      for (size_t i = 0; i < size; i++)
        panel[i * CK_PANEL + column] = first + column < length ? key[i] : 0;
    }
  }
  for (size_t first = 0; first < size; first += CK_PANEL) {
    size_t width = size - first < CK_PANEL ? size - first : CK_PANEL;
    float *panel = values + first * length;
    for (size_t row = 0; row < length; row++) {
      for (size_t column = 0; column < CK_PANEL; column++)
        panel[row * CK_PANEL + column] = column < width ? v[row * stride + first + column] : 0;
    }
  }

  size_t blocks = (length + CK_ROWS - 1) / CK_ROWS;
  for (size_t b = 0; b < blocks; b++) {
    size_t row = b * length / blocks, height = (b + 1) * length / blocks - row;
    float factors[CK_ROWS];
    for (size_t first = 0; first < length; first += CK_PANEL)
      f32_multiply_panel(
          (const group *)(q + row * stride), stride, size, (const group *)(keys + first * size), 0,
          no_bias, scores + first, padded, height);
    for (size_t r = 0; r < height; r++) {
      size_t first = row + r > reach ? row + r - reach : 0;
      size_t end = length - (row + r) > reach ? row + r + reach + 1 : length;
      factors[r] = 1.0f / exponentials(
          scores + r * padded, first, end, length, scale, bias ? bias - (row + r) : 0);
    }
    for (size_t first = 0; first < size; first += CK_PANEL) {
      size_t width = size - first < CK_PANEL ? size - first : CK_PANEL;
      f32_multiply_panel(
          (const group *)scores, padded, length, (const group *)(values + first * length), 0,
          no_bias, block, CK_PANEL, height);
      for (size_t r = 0; r < height; r++) {
        float *target = out + (row + r) * out_stride + first;
        for (size_t column = 0; column < width; column++)
          target[column] = block[r * CK_PANEL + column] * factors[r];
      }
    }
  }
}

// Rotary positions (Su et al., "RoFormer", 2021): channel i of each head and channel i + pairs are
// the two coordinates that an angle turns.
static void rotate(
    float *restrict x, const float *restrict cosines, const float *restrict sines, size_t heads,
    size_t pairs) {
  for (size_t head = 0; head < heads; head++, x += 2 * pairs) {
    for (size_t i = 0; i < pairs; i++) {
      float a = x[i], b = x[pairs + i];
      x[i] = a * cosines[i] - b * sines[i];
      x[pairs + i] = b * cosines[i] + a * sines[i];
    }
  }
}
