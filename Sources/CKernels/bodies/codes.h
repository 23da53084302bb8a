// Vectors of bytes, a byte c standing for c − 128, and the closeness of one to many that lie apart.
//
// The sums are exact integers, and what follows them is rounded step by step, never fused: so the
// scores are the same on every instruction set. VNNI multiplies unsigned by signed bytes:
// Σ (c − 128)·q = Σ c·q − 128 · Σ q. Elsewhere bytes widen to 16 bits, two products to a sum of 32.

// How many codes are fetched ahead of those being compared: no CPU can foresee where they lie.
enum { codes_at_once = 4, cache_line = 64, longest_fetch = 512 };

CK_INLINE void fetch_code(const ck_codes *space, uint32_t id) {
  const uint8_t *code = space->codes + (size_t)id * space->stride;
  size_t end = space->stride < longest_fetch ? space->stride : longest_fetch;
  for (size_t i = 0; i < end; i += cache_line) __builtin_prefetch(code + i);
  __builtin_prefetch(space->factors + id);
}

#if CK_VNNI
CK_INLINE void code_dots(
    const ck_codes *space, const uint8_t *query, const uint32_t *ids, int32_t *dots) {
  const uint8_t *a = space->codes + (size_t)ids[0] * space->stride;
  const uint8_t *b = space->codes + (size_t)ids[1] * space->stride;
  const uint8_t *c = space->codes + (size_t)ids[2] * space->stride;
  const uint8_t *d = space->codes + (size_t)ids[3] * space->stride;
  const __m512i flip = _mm512_set1_epi8((char)128);
  __m512i s = _mm512_setzero_si512(), t = s, u = s, v = s, offset = s;
  for (size_t i = 0; i < space->stride; i += 64) {
    __m512i q = _mm512_xor_si512(_mm512_loadu_si512(query + i), flip);
    s = _mm512_dpbusd_epi32(s, _mm512_loadu_si512(a + i), q);
    t = _mm512_dpbusd_epi32(t, _mm512_loadu_si512(b + i), q);
    u = _mm512_dpbusd_epi32(u, _mm512_loadu_si512(c + i), q);
    v = _mm512_dpbusd_epi32(v, _mm512_loadu_si512(d + i), q);
    offset = _mm512_dpbusd_epi32(offset, flip, q);
  }
  s = _mm512_sub_epi32(s, offset);
  t = _mm512_sub_epi32(t, offset);
  u = _mm512_sub_epi32(u, offset);
  v = _mm512_sub_epi32(v, offset);
  // Four sums of sixteen numbers at once: pairs, then pairs of pairs, then the four lanes.
  __m512i low = _mm512_add_epi32(_mm512_unpacklo_epi32(s, t), _mm512_unpackhi_epi32(s, t));
  __m512i high = _mm512_add_epi32(_mm512_unpacklo_epi32(u, v), _mm512_unpackhi_epi32(u, v));
  __m512i all = _mm512_add_epi32(
      _mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
  __m256i half =
      _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
  _mm_storeu_si128(
      (__m128i *)dots,
      _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}
#else
CK_INLINE int32_t code_dot(const uint8_t *restrict a, const uint8_t *restrict b, size_t n) {
  int32_t sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (int32_t)(int16_t)(a[i] - 128) * (int32_t)(int16_t)(b[i] - 128);
  return sum;
}

CK_INLINE void code_dots(
    const ck_codes *space, const uint8_t *query, const uint32_t *ids, int32_t *dots) {
  for (int i = 0; i < codes_at_once; i++)
    dots[i] = code_dot(query, space->codes + (size_t)ids[i] * space->stride, space->stride);
}
#endif

static void code_scores(
    const ck_codes *space, const ck_code_query *query, const uint32_t *restrict ids, size_t count,
    float *restrict out) {
#pragma clang fp contract(off) reassociate(off)
  for (size_t first = 0; first < count; first += codes_at_once) {
    for (size_t i = first + codes_at_once; i < first + 2 * codes_at_once && i < count; i++)
      fetch_code(space, ids[i]);
    uint32_t some[codes_at_once];
    int32_t dots[codes_at_once];
    for (size_t i = 0; i < codes_at_once; i++)
      some[i] = ids[first + i < count ? first + i : count - 1];
    code_dots(space, query->code, some, dots);
    for (size_t i = 0; i < codes_at_once && first + i < count; i++) {
      float score = (float)dots[i] * (query->factor * space->factors[some[i]]);
      if (space->lifts) score = score + query->lift * space->lifts[some[i]];
      out[first + i] = score + query->constant;
    }
  }
}

// The entries of a list, up to the first mark of an empty place, that `stamps` doesn't mark with
// `stamp`, which are marked then; their codes are on their way when it returns.
static size_t gather_new(
    const ck_codes *space, const uint32_t *restrict list, size_t places, uint16_t *restrict stamps,
    uint16_t stamp, uint32_t *restrict out) {
  size_t count = 0;
  for (size_t i = 0; i < places; i++) {
    uint32_t id = list[i];
    if (id == UINT32_MAX) break;
    out[count] = id;
    count += stamps[id] != stamp;
    stamps[id] = stamp;
  }
  for (size_t i = 0; i < codes_at_once && i < count; i++) fetch_code(space, out[i]);
  return count;
}

static void fetch(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += cache_line) __builtin_prefetch((const char *)start + i);
}

// Maps x onto bytes so that its greatest component becomes 127 in size; fills up with zeros.
// Returns the length of the code, √Σ (c − 128)².
static float code_quantize(const float *restrict x, size_t n, uint8_t *restrict out, size_t stride) {
  float most = 0;
  for (size_t i = 0; i < n; i++) {
    float size = fabsf(x[i]);
    most = size > most ? size : most;
  }
  float inverse = most > 1e-30f ? 127.0f / most : 0;
  int32_t squares = 0;
  for (size_t i = 0; i < n; i++) {
    int32_t c = (int32_t)rintf(x[i] * inverse);
    squares += c * c;
    out[i] = (uint8_t)(c + 128);
  }
  for (size_t i = n; i < stride; i++) out[i] = 128;
  return sqrtf((float)squares);
}

// Σ a[i]·b[i], b in half precision: numbers of at most 65504 in size.
static float half_dot(const float *restrict a, const uint16_t *restrict b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) {
    // The exponent's bias is 127 − 15 less; subnormal numbers come out right, too.
    uint32_t bits = (uint32_t)(b[i] & 0x7FFF) << 13;
    float size, value;
    __builtin_memcpy(&size, &bits, sizeof size);
    size *= 0x1p112f;
    __builtin_memcpy(&bits, &size, sizeof bits);
    bits |= (uint32_t)(b[i] & 0x8000) << 16;
    __builtin_memcpy(&value, &bits, sizeof value);
    sum += a[i] * value;
  }
  return sum;
}

// Every i with x[i] · factors[i] + lifts[i] ≥ bar; lifts may be null. Returns how many.
static size_t at_least(
    const float *restrict x, const float *restrict factors, const float *restrict lifts, float bar,
    size_t n, uint32_t *restrict out) {
  size_t count = 0, i = 0;
  for (; i + 16 <= n; i += 16) {
    int any = 0;
    for (size_t j = i; j < i + 16; j++)
      any |= x[j] * factors[j] + (lifts ? lifts[j] : 0) >= bar;
    if (!any) continue;
    for (size_t j = i; j < i + 16; j++)
      if (x[j] * factors[j] + (lifts ? lifts[j] : 0) >= bar) out[count++] = (uint32_t)j;
  }
  for (; i < n; i++)
    if (x[i] * factors[i] + (lifts ? lifts[i] : 0) >= bar) out[count++] = (uint32_t)i;
  return count;
}
