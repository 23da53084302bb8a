// Layer normalisation. A matrix is row-major; a row is one token.

// y may be x.
CK_INLINE void norm_row(
    const float *x, const float *restrict gain, const float *restrict bias, float epsilon,
    size_t columns, float *y) {
  float sum = 0, squares = 0;
  for (size_t i = 0; i < columns; i++) sum += x[i];
  float mean = sum / (float)columns;
  for (size_t i = 0; i < columns; i++) squares += (x[i] - mean) * (x[i] - mean);
  float factor = 1.0f / sqrtf(squares / (float)columns + epsilon);
  for (size_t i = 0; i < columns; i++) y[i] = (x[i] - mean) * factor * gain[i] + bias[i];
}

static void layer_norm(
    const float *x, const float *gain, const float *bias, float epsilon, size_t rows,
    size_t columns, float *y) {
  for (size_t row = 0; row < rows; row++, x += columns, y += columns)
    norm_row(x, gain, bias, epsilon, columns, y);
}

static void add_layer_norm(
    float *restrict x, const float *restrict added, const float *restrict gain,
    const float *restrict bias, float epsilon, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, x += columns, added += columns) {
    for (size_t i = 0; i < columns; i++) x[i] += added[i];
    norm_row(x, gain, bias, epsilon, columns, x);
  }
}
