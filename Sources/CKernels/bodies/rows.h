// One vector against many rows of a matrix that lie apart, as the neighbours of a graph node do.
//
// Each row is scored by the same loop as a single one, so the sums agree to the last bit. While one
// row is summed, the next is fetched: the rows are in no order that the CPU could foresee.

static void prefetch_row(const float *row, size_t n) {
  const char *start = (const char *)row;
  for (size_t byte = 0; byte < n * sizeof(float); byte += 64) __builtin_prefetch(start + byte);
}

static void dot_rows(const float *restrict query, const float *restrict rows, size_t n,
                     const uint32_t *restrict ids, size_t count, float *restrict out) {
  for (size_t i = 0; i < count; i++) {
    if (i + 1 < count) prefetch_row(rows + (size_t)ids[i + 1] * n, n);
    out[i] = dot(query, rows + (size_t)ids[i] * n, n);
  }
}

static void squared_distance_rows(const float *restrict query, const float *restrict rows,
                                  size_t n, const uint32_t *restrict ids, size_t count,
                                  float *restrict out) {
  for (size_t i = 0; i < count; i++) {
    if (i + 1 < count) prefetch_row(rows + (size_t)ids[i + 1] * n, n);
    out[i] = squared_distance(query, rows + (size_t)ids[i] * n, n);
  }
}
