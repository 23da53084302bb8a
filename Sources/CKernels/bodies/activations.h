// Functions of one number, as loops over many.

// eˣ within 3e-7 of it, relatively, for x in [-87, 87]; what lies outside counts as the end.
//
// 2 to the whole part of x · log₂e is an exponent; 2 to the rest, in [-½, ½], a polynomial (of the
// least greatest relative error, by Remez' algorithm). Adding 1.5 · 2²³ rounds to a whole number,
// which then stands in the lowest bits.
CK_INLINE float exponential(float x) {
#pragma clang fp reassociate(off)
  x = x < -87.0f ? -87.0f : x;
  x = x > 87.0f ? 87.0f : x;
  const float shift = 12582912.0f;
  float shifted = x * 1.44269504f + shift;
  float f = x * 1.44269504f - (shifted - shift);
  float power = 1.55946790e-4f;
  power = power * f + 1.34066442e-3f;
  power = power * f + 9.61769297e-3f;
  power = power * f + 5.55031055e-2f;
  power = power * f + 2.40226528e-1f;
  power = power * f + 6.93147215e-1f;
  power = power * f + 1.0f;
  int32_t whole, bits;
  __builtin_memcpy(&whole, &shifted, sizeof whole);
  __builtin_memcpy(&bits, &power, sizeof bits);
  bits += whole << 23;
  __builtin_memcpy(&power, &bits, sizeof power);
  return power;
}

// The error function within 2e-7 of it (Abramowitz and Stegun, "Handbook of mathematical
// functions", 1964, 7.1.26).
CK_INLINE float error_function(float x) {
  float size = x < 0 ? -x : x;
  float t = 1.0f / (1.0f + 0.3275911f * size);
  float sum = 1.061405429f;
  sum = sum * t - 1.453152027f;
  sum = sum * t + 1.421413741f;
  sum = sum * t - 0.284496736f;
  sum = sum * t + 0.254829592f;
  float result = 1.0f - sum * t * exponential(-size * size);
  return x < 0 ? -result : result;
}

static void gelu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++)
    x[i] = 0.5f * x[i] * (1.0f + error_function(x[i] * 0.707106781f));
}

// tanh u = 1 − 2 / (1 + e²ᵘ)
static void gelu_tanh(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float u = 0.797884561f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
    x[i] *= 1.0f - 1.0f / (1.0f + exponential(2.0f * u));
  }
}

static void relu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = x[i] > 0 ? x[i] : 0;
}

// x / (1 + e⁻ˣ)
static void silu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] /= 1.0f + exponential(-x[i]);
}

// As in gelu_tanh
static void hyperbolic_tangent(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = 1.0f - 2.0f / (1.0f + exponential(2.0f * x[i]));
}

// A switch within the loop's caller, so that each loop can be inlined with the count it has there.
CK_INLINE void activate(ck_activation activation, float *restrict x, size_t n) {
  switch (activation) {
    case CK_IDENTITY: return;
    case CK_GELU: return gelu(x, n);
    case CK_GELU_TANH: return gelu_tanh(x, n);
    case CK_RELU: return relu(x, n);
    case CK_SILU: return silu(x, n);
    case CK_TANH: return hyperbolic_tangent(x, n);
  }
}

static void activate_many(ck_activation activation, float *restrict x, size_t n) {
  activate(activation, x, n);
}
