// The loops of a transformer's forward pass. A matrix is row-major; a row is one token.

#define CK_INLINE static inline __attribute__((always_inline))

// ---- Linear layers: y = x · Wᵀ + bias

// A vector register, loaded from floats that lie anywhere in memory.
typedef float vector __attribute__((vector_size(4 * CK_LANES), aligned(4), may_alias));

// Weights are packed into panels of PANEL outputs: for each input, the PANEL weights that it
// meets lie side by side. ROWS × PANEL sums fill the registers while one panel streams past
// (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008); x itself
// needs no packing, since a transformer's rows are short.
#define CK_VECTORS 3
#define CK_PANEL (CK_VECTORS * CK_LANES)
#define CK_ROWS (CK_LANES == 16 ? 8 : 4)

static void pack_weights(
    const float *restrict weights, float *restrict packed, size_t outputs, size_t inputs) {
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    size_t width = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    for (size_t column = 0; column < CK_PANEL; column++) {
      for (size_t i = 0; i < inputs; i++)
        packed[i * CK_PANEL + column] = column < width ? weights[(first + column) * inputs + i] : 0;
    }
    packed += inputs * CK_PANEL;
  }
}

// `rows` rows, a constant where this is inlined, times one panel. Every sum runs over the inputs
// in their order, whatever the number of rows: a row's result does not depend on its neighbours.
CK_INLINE void multiply_panel(
    const float *restrict x, size_t inputs, const float *restrict panel,
    const float *restrict bias, float *restrict y, size_t outputs, size_t width, const int rows) {
#pragma clang fp reassociate(off)
  vector sums[CK_ROWS][CK_VECTORS];
  float first[CK_PANEL] = {0};
  for (size_t column = 0; column < width; column++) first[column] = bias[column];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_VECTORS; v++) sums[row][v] = *(const vector *)(first + v * CK_LANES);
  }
  for (size_t i = 0; i < inputs; i++) {
    const vector *weights = (const vector *)(panel + i * CK_PANEL);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < CK_VECTORS; v++) sums[row][v] += x[row * inputs + i] * weights[v];
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    if (width == CK_PANEL) {
#pragma clang loop unroll(full)
      for (int v = 0; v < CK_VECTORS; v++)
        *(vector *)(y + row * outputs + v * CK_LANES) = sums[row][v];
    } else {
      float last[CK_PANEL];
#pragma clang loop unroll(full)
      for (int v = 0; v < CK_VECTORS; v++) *(vector *)(last + v * CK_LANES) = sums[row][v];
      for (size_t column = 0; column < width; column++) y[row * outputs + column] = last[column];
    }
  }
}

static void linear(
    const float *restrict x, size_t rows, size_t inputs, const float *restrict packed,
    const float *restrict bias, float *restrict y, size_t outputs) {
  for (size_t first = 0; first < outputs; first += CK_PANEL) {
    size_t width = outputs - first < CK_PANEL ? outputs - first : CK_PANEL;
    const float *panel = packed + first * inputs;
    size_t row = 0;
#define CK_BLOCK(n)                                                                                \
  multiply_panel(x + row * inputs, inputs, panel, bias + first, y + row * outputs + first, outputs, \
                 width, n)
    for (; row + CK_ROWS <= rows; row += CK_ROWS) CK_BLOCK(CK_ROWS);
    if (CK_ROWS > 4 && row + 4 <= rows) CK_BLOCK(4), row += 4;
    if (row + 2 <= rows) CK_BLOCK(2), row += 2;
    if (row < rows) CK_BLOCK(1);
#undef CK_BLOCK
  }
}

// ---- Functions of one number

// eˣ within 3e-7 of it, relatively, for x in [-87, 87]; what lies outside counts as the end.
// 2 to the whole part of x · log₂e is an exponent; 2 to the rest, a Taylor polynomial.
CK_INLINE float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 87.0f ? 87.0f : x;
  float t = x * 1.44269504f;
  int whole = (int)(t + (t < 0 ? -0.5f : 0.5f));
  float f = t - (float)whole;
  float power = 1.52527338e-5f;
  power = power * f + 1.54035304e-4f;
  power = power * f + 1.33335581e-3f;
  power = power * f + 9.61812911e-3f;
  power = power * f + 5.55041087e-2f;
  power = power * f + 2.40226507e-1f;
  power = power * f + 6.93147181e-1f;
  power = power * f + 1.0f;
  int bits = (whole + 127) << 23;
  float scale;
  __builtin_memcpy(&scale, &bits, sizeof scale);
  return power * scale;
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

static void multiply(const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] *= x[i];
}

// ---- Rows

// Channel i of each head and channel i + pairs are the two coordinates that an angle turns.
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

static void softmax(float *restrict x, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++, x += columns) {
    // One maximum for each lane, then the maximum of those: a single one would not vectorise.
    float highest[16];
    for (int lane = 0; lane < 16; lane++) highest[lane] = -INFINITY;
    size_t i = 0;
    for (; i + 16 <= columns; i += 16) {
      for (int lane = 0; lane < 16; lane++)
        highest[lane] = x[i + lane] > highest[lane] ? x[i + lane] : highest[lane];
    }
    for (; i < columns; i++) highest[0] = x[i] > highest[0] ? x[i] : highest[0];
    for (int lane = 1; lane < 16; lane++)
      highest[0] = highest[lane] > highest[0] ? highest[lane] : highest[0];
    float most = highest[0], sum = 0;
    for (i = 0; i < columns; i++) {
      x[i] = exponential(x[i] - most);
      sum += x[i];
    }
    float factor = 1.0f / sum;
    for (i = 0; i < columns; i++) x[i] *= factor;
  }
}

// One row of a layer norm; y may be x.
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
