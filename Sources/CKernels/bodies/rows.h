// One vector against many rows of a matrix that lie apart, as the neighbours of a graph node do.
//
// Each row is scored by the same loop as a single one, so the sums agree to the last bit. Meanwhile
// the row after the next is fetched, since no CPU can foresee where it lies: only its first cache
// lines, as the rest is in order and comes by itself. (Measured on 384 columns, rows at random:
// 111 ns a row against 131 ns without for 30 MB of rows, 174 ns against 269 ns for 300 MB.)

enum { rows_ahead = 2, lines_ahead = 4, cache_line = 64 };

static void prefetch_row(const float *row, size_t n) {
  const char *start = (const char *)row;
  for (size_t line = 0; line < lines_ahead && line * cache_line < n * sizeof(float); line++)
    __builtin_prefetch(start + line * cache_line);
}

static void dot_rows(const float *restrict query, const float *restrict rows, size_t n,
                     const uint32_t *restrict ids, size_t count, float *restrict out) {
  for (size_t i = 0; i < count; i++) {
    if (i + rows_ahead < count) prefetch_row(rows + (size_t)ids[i + rows_ahead] * n, n);
    out[i] = dot(query, rows + (size_t)ids[i] * n, n);
  }
}

static void squared_distance_rows(const float *restrict query, const float *restrict rows,
                                  size_t n, const uint32_t *restrict ids, size_t count,
                                  float *restrict out) {
  for (size_t i = 0; i < count; i++) {
    if (i + rows_ahead < count) prefetch_row(rows + (size_t)ids[i + rows_ahead] * n, n);
    out[i] = squared_distance(query, rows + (size_t)ids[i] * n, n);
  }
}
