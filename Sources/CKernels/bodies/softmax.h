// What attention has between its two products.

static const float no_biases[CK_PANEL];

CK_INLINE size_t whole_panels(size_t n) { return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL; }

// Floats of scratch memory that attention needs, in either format.
static size_t attention_scratch(size_t length, size_t size) {
  size_t keys = whole_panels(length) * (size + 1), values = whole_panels(size) * (length + 1);
  size_t rows = size + 1 + whole_panels(length) / 2 * 3 + CK_PANEL;
  return keys + values + CK_ROWS * rows + CK_PANEL * (size + 1);
}

// The exponentials of x[i] + bias[i], less the greatest of these, for first ≤ i < end, and zeros
// elsewhere; returns their sum.
CK_INLINE float exponentials(
    float *restrict x, size_t first, size_t end, size_t columns, const float *restrict bias) {
  if (bias) {
    for (size_t i = first; i < end; i++) x[i] += bias[i];
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
