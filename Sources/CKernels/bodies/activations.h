// Functions of one number, as loops over many.

// eˣ within 5e-7 of it, relatively, for x from −87 to 88; below, it is as at −87.
//
// 2 to the whole part of x · log₂e is an exponent; 2 to the rest, in [−½, ½], a polynomial (of the
// least greatest relative error, by Remez' algorithm). Adding 1.5 · 2²³ rounds to a whole number,
// which then stands in the lowest bits.
CK_INLINE float exponential(float x) {
#pragma clang fp reassociate(off)
  x = x < -87.0f ? -87.0f : x;
  const float shift = 12582912.0f;
  float shifted = x * 1.44269504f + shift;
  float f = x * 1.44269504f - (shifted - shift);
  float power = 1.11255093e-3f;
  power = power * f + 9.66628274e-3f;
  power = power * f + 5.55740050e-2f;
  power = power * f + 2.40223506e-1f;
  power = power * f + 6.93142831e-1f;
  power = power * f + 1.0f;
  int32_t whole, bits;
  __builtin_memcpy(&whole, &shifted, sizeof whole);
  __builtin_memcpy(&bits, &power, sizeof bits);
  bits += whole << 23;
  __builtin_memcpy(&power, &bits, sizeof power);
  return power;
}

// The same for any x: above 87, it is as at 87.
CK_INLINE float bounded_exponential(float x) { return exponential(x > 87.0f ? 87.0f : x); }

// Φ(x) − ½ = x · P(x²), with a polynomial in w = 2 · x² / 5.3² − 1, which runs from −1 to 1 while x
// runs to 5.3, where Φ is 1 to float32: within 2e-7 (least squares at Chebyshev's points). No
// exponential and no division: half the work of the formulas that have them.
CK_INLINE float normal_distribution(float x) {
  x = x < -5.3f ? -5.3f : x;
  x = x > 5.3f ? 5.3f : x;
  float w = x * x * 0.0711997152f - 1.0f;
  float sum = -0.000622808351f;
  sum = sum * w + 0.00165391027f;
  sum = sum * w - 0.00152122264f;
  sum = sum * w + 0.00196486432f;
  sum = sum * w - 0.0053622527f;
  sum = sum * w + 0.00955949724f;
  sum = sum * w - 0.0134512754f;
  sum = sum * w + 0.0186931267f;
  sum = sum * w - 0.0252285283f;
  sum = sum * w + 0.0321144275f;
  sum = sum * w - 0.0395966843f;
  sum = sum * w + 0.0492622219f;
  sum = sum * w - 0.066518262f;
  sum = sum * w + 0.133392587f;
  return x * sum + 0.5f;
}

static void gelu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] *= normal_distribution(x[i]);
}

// tanh u = 1 − 2 / (1 + e²ᵘ)
static void gelu_tanh(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float u = 0.797884561f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
    x[i] *= 1.0f - 1.0f / (1.0f + bounded_exponential(2.0f * u));
  }
}

static void relu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = x[i] > 0 ? x[i] : 0;
}

// x / (1 + e⁻ˣ)
static void silu(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] /= 1.0f + bounded_exponential(-x[i]);
}

// As in gelu_tanh
static void hyperbolic_tangent(float *restrict x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = 1.0f - 2.0f / (1.0f + bounded_exponential(2.0f * x[i]));
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
