// Dot products, distances and scaled sums over float vectors.

static float dot(const float *restrict a, const float *restrict b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static float squared_distance(const float *restrict a, const float *restrict b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) {
    float difference = a[i] - b[i];
    sum += difference * difference;
  }
  return sum;
}

static void add_scaled(float alpha, const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] += alpha * x[i];
}

static void scale(float alpha, float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] *= alpha;
}

static void add_eighth_power(float alpha, const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float power = x[i] > 0 ? x[i] : 0;
    power *= power;
    power *= power;
    y[i] += alpha * (power * power);
  }
}

static void multiply(const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] *= x[i];
}
