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
