// What a decoder's step is made of, for x86-64 with AVX-512 (F, BW, DQ, VL, VNNI, BF16): products of packed
// weights with one row of activations or many, attention over paged keys and values, norms, rotary turns.
//
// A weight matrix [n, k] lies in panels of 16 outputs, so that a vector holds the same one (float types: F32, F16),
// two (BF16) or four (quantised types) neighbouring inputs of 16 outputs. Every sum runs over its inputs in one
// fixed order whatever the number of rows, so a row's result does not depend on what else is in the batch.
//
// Rows of activations are cut into tiles of 16, then 8, 4, 2 and 1, as many as fit. Inside a tile what belongs to
// the same inputs lies together; a tile that begins at row m begins at m times the size of a row.
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

#ifndef SOURCE
#define SOURCE "unknown"
#endif

enum { F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K };

// Bytes of weights that are asked for ahead of their use: found by measuring, with 8 and 16 rows.
enum { AHEAD = 8192 };

// Panels that are used again for each tile of rows should stay in the second-level cache.
enum { GROUP = 640 * 1024 };

INLINE int is_k(int type) { return type >= Q4_K; }

// Bytes of 32 inputs of a panel; of a K type's 256.
INLINE int64_t block_bytes(int type) {
    switch (type) {
        case F32: return 2048;
        case F16: case BF16: return 1024;
        case Q8_0: return 32 + 512;
        case Q4_0: return 32 + 256;
        case Q4_1: return 64 + 256;
        case Q5_0: return 32 + 256 + 64;
        case Q5_1: return 64 + 256 + 64;
        case Q4_K: return 64 + 8 * (32 + 256);
        case Q5_K: return 64 + 8 * (32 + 256 + 64);
        default: return 32 + 8 * (32 + 256 + 128);
    }
}

INLINE int64_t panel_bytes(int type, int64_t k) {
    return type <= BF16 ? block_bytes(type) / 32 * k : block_bytes(type) * (k / (is_k(type) ? 256 : 32));
}

INLINE int tile_rows(int64_t left) { return left >= 16 ? 16 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

INLINE __m512 halves(const void* p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)p)); }

INLINE __m512 bfloats(const void* p) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16));
}

INLINE __m512 unsigned_bytes(const void* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)p)));
}

INLINE __m512 signed_bytes(const void* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
}

INLINE __m512i broadcast4(const void* p) {
    int32_t x;
    memcpy(&x, p, 4);
    return _mm512_set1_epi32(x);
}

INLINE void ahead(const uint8_t* p, int64_t count) {
    for (int64_t i = 0; i < count; i += 64) _mm_prefetch((const char*)p + AHEAD + i, _MM_HINT_T0);
}

// ------------------------------------------------------------------------------------- quantised weights

// w[j] has inputs 4j..4j+3 of each of the 16 outputs.
INLINE void load_bytes(const uint8_t* p, __m512i* w) {
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) w[j] = _mm512_loadu_si512(p + 64 * j);
}

// The low halves of the bytes are w[0..3], the high ones w[4..7].
INLINE void load_nibbles(const uint8_t* p, __m512i* w) {
    const __m512i low = _mm512_set1_epi8(15);
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
        __m512i x = _mm512_loadu_si512(p + 64 * j);
        w[j] = _mm512_and_si512(x, low);
        w[j + 4] = _mm512_and_si512(_mm512_srli_epi16(x, 4), low);
    }
}

// Bit j of each byte is the fifth bit of w[j].
INLINE void add_fifth_bits(const uint8_t* p, __m512i* w) {
    const __m512i fifth = _mm512_set1_epi8(16);
    const __m512i h = _mm512_loadu_si512(p);
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) {
        __m512i bit = j < 4 ? _mm512_slli_epi16(h, 4 - j) : _mm512_srli_epi16(h, j - 4);
        w[j] = _mm512_or_si512(w[j], _mm512_and_si512(bit, fifth));
    }
}

// Bits 2i and 2i+1 of the v-th vector's bytes are the fifth and sixth of w[4v + i].
INLINE void add_sixth_bits(const uint8_t* p, __m512i* w) {
    const __m512i both = _mm512_set1_epi8(48);
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        const __m512i h = _mm512_loadu_si512(p + 64 * v);
        w[4 * v] = _mm512_or_si512(w[4 * v], _mm512_and_si512(_mm512_slli_epi16(h, 4), both));
        w[4 * v + 1] = _mm512_or_si512(w[4 * v + 1], _mm512_and_si512(_mm512_slli_epi16(h, 2), both));
        w[4 * v + 2] = _mm512_or_si512(w[4 * v + 2], _mm512_and_si512(h, both));
        w[4 * v + 3] = _mm512_or_si512(w[4 * v + 3], _mm512_and_si512(_mm512_srli_epi16(h, 2), both));
    }
}

// Rows of activations as whole numbers, each CHUNK_INPUTS with one scale, in tiles: q [k/32][rows][passes][32], scale
// [chunks][rows], the rest [k/32][rows]. With two passes a number is 256 times the first byte plus the second.
typedef struct {
    const int8_t* q;
    const float* scale;
    const float* sum;      // of the 32 whole numbers
    const int32_t* less;   // -8 times that
    const int32_t* less16; // [k/32][rows][2], of each 16
} quantized;

enum { CHUNK_INPUTS = 256 };

INLINE int64_t chunks(int64_t k) { return (k + CHUNK_INPUTS - 1) / CHUNK_INPUTS; }

INLINE int64_t least_of(int64_t a, int64_t b) { return a < b ? a : b; }

// How the sums over a block of 32 inputs become floats: with one scale; with what is added for each input besides;
// with a scale for each 16.
enum { PLAIN, OFFSET, HALVES };

INLINE int form(int type) {
    return type == Q8_0 || type == Q4_0 || type == Q5_0 ? PLAIN : type == Q6_K ? HALVES : OFFSET;
}

// The middle of a type's levels is 8 << shift.
INLINE int shift(int type) { return type == Q8_0 ? 4 : type == Q4_0 ? 0 : type == Q5_0 ? 1 : 2; }

// A panel that is read block after block.
typedef struct {
    const uint8_t* p;
    __m512 d, dmin;   // of a K type's 256 inputs
    __m512 s;         // the scale
    __m512 t;         // the offset, or the other half's scale
    __m512i w[8];     // the levels: w[j] has inputs 4j..4j+3
} reader;

INLINE void read_block(int type, int64_t b, reader* r) {
    if (is_k(type) && b % 8 == 0) {
        r->d = halves(r->p);
        r->p += 32;
        if (type != Q6_K) {
            r->dmin = halves(r->p);
            r->p += 32;
        }
    }
    if (form(type) == PLAIN) {
        r->s = halves(r->p);
        r->p += 32;
    } else if (type == Q4_1 || type == Q5_1) {
        r->s = halves(r->p);
        r->t = halves(r->p + 32);
        r->p += 64;
    } else if (type == Q6_K) {
        r->s = _mm512_mul_ps(r->d, signed_bytes(r->p));
        r->t = _mm512_mul_ps(r->d, signed_bytes(r->p + 16));
        r->p += 32;
    } else {
        r->s = _mm512_mul_ps(r->d, unsigned_bytes(r->p));
        r->t = _mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(r->dmin, unsigned_bytes(r->p + 16)));
        r->p += 32;
    }
    if (type == Q8_0) {
        load_bytes(r->p, r->w);
        r->p += 512;
        return;
    }
    load_nibbles(r->p, r->w);
    r->p += 256;
    if (type == Q5_0 || type == Q5_1 || type == Q5_K) {
        add_fifth_bits(r->p, r->w);
        r->p += 64;
    } else if (type == Q6_K) {
        add_sixth_bits(r->p, r->w);
        r->p += 128;
    }
}

INLINE __m512i dot(__m512i start, const __m512i* w, int count, int passes, const int8_t* a) {
    if (passes == 1) {
#pragma GCC unroll 8
        for (int j = 0; j < count; j++) start = _mm512_dpbusd_epi32(start, w[j], broadcast4(a + 4 * j));
        return start;
    }
    __m512i high = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (int j = 0; j < count; j++) {
        high = _mm512_dpbusd_epi32(high, w[j], broadcast4(a + 4 * j));
        start = _mm512_dpbusd_epi32(start, w[j], broadcast4(a + 32 + 4 * j));
    }
    return _mm512_add_epi32(start, _mm512_slli_epi32(high, 8));
}

// A tile of mt rows times one panel. Of each chunk of inputs the blocks' sums are added up first, then scaled and
// added to what there is.
INLINE void quantized_tile(
        int type, int passes, int mt, const uint8_t* p, int64_t k, quantized x, float* out, int64_t stride, int add) {
    reader r = {.p = p};
    for (int64_t c = 0; c < chunks(k); c++) {
        __m512 f[16];
#pragma GCC unroll 16
        for (int m = 0; m < mt; m++) f[m] = _mm512_setzero_ps();
        const int64_t end = least_of(k, (c + 1) * CHUNK_INPUTS) / 32;
        for (int64_t b = c * CHUNK_INPUTS / 32; b < end; b++) {
            ahead(r.p, block_bytes(type) / (is_k(type) ? 8 : 1));
            read_block(type, b, &r);
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) {
                const int64_t at = b * mt + m;
                const int8_t* a = x.q + at * 32 * passes;
                if (form(type) == HALVES) {
                    __m512i first = _mm512_set1_epi32(x.less16[2 * at] * (1 << shift(type)));
                    __m512i second = _mm512_set1_epi32(x.less16[2 * at + 1] * (1 << shift(type)));
                    first = dot(first, r.w, 4, passes, a);
                    second = dot(second, r.w + 4, 4, passes, a + 16);
                    f[m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(first), r.s, f[m]);
                    f[m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(second), r.t, f[m]);
                    continue;
                }
                __m512i start = _mm512_setzero_si512();
                if (form(type) == PLAIN) start = _mm512_set1_epi32(x.less[at] * (1 << shift(type)));
                start = dot(start, r.w, 8, passes, a);
                f[m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(start), r.s, f[m]);
                if (form(type) == OFFSET) f[m] = _mm512_fmadd_ps(r.t, _mm512_set1_ps(x.sum[at]), f[m]);
            }
        }
#pragma GCC unroll 16
        for (int m = 0; m < mt; m++) {
            float* o = out + m * stride;
            const __m512 there = c > 0 || add ? _mm512_loadu_ps(o) : _mm512_setzero_ps();
            _mm512_storeu_ps(o, _mm512_fmadd_ps(f[m], _mm512_set1_ps(x.scale[c * mt + m]), there));
        }
    }
}

typedef void quantized_kernel(int, const uint8_t*, int64_t, quantized, float*, int64_t, int);

#define QUANTIZED(T, P)                                                                                            \
    static void T##_##P(                                                                                           \
            int mt, const uint8_t* p, int64_t k, quantized x, float* out, int64_t stride, int add) {               \
        switch (mt) {                                                                                              \
            case 16: quantized_tile(T, P, 16, p, k, x, out, stride, add); break;                                   \
            case 8: quantized_tile(T, P, 8, p, k, x, out, stride, add); break;                                     \
            case 4: quantized_tile(T, P, 4, p, k, x, out, stride, add); break;                                     \
            case 2: quantized_tile(T, P, 2, p, k, x, out, stride, add); break;                                     \
            default: quantized_tile(T, P, 1, p, k, x, out, stride, add); break;                                    \
        }                                                                                                          \
    }
#define BOTH(T) QUANTIZED(T, 1) QUANTIZED(T, 2)
BOTH(Q8_0) BOTH(Q4_0) BOTH(Q4_1) BOTH(Q5_0) BOTH(Q5_1) BOTH(Q4_K) BOTH(Q5_K) BOTH(Q6_K)

static quantized_kernel* const QUANTIZED_KERNELS[][2] = {
        {Q8_0_1, Q8_0_2}, {Q4_0_1, Q4_0_2}, {Q4_1_1, Q4_1_2}, {Q5_0_1, Q5_0_2},
        {Q5_1_1, Q5_1_2}, {Q4_K_1, Q4_K_2}, {Q5_K_1, Q5_K_2}, {Q6_K_1, Q6_K_2}};

// Prompts. With many rows the products are bound by arithmetic, and what counts is how many of a core's operations are
// products: panels are spread out once, levels as bytes and scales as floats, [k/32]{scale, offset or other half's
// scale, 32 x 16 levels}; then three panels and four rows at a time share what they load, chunk of inputs after chunk,
// so that a chunk's panels stay in the first-level cache while WIDE_ROWS rows pass by.
// With two passes a tile of 16 rows has as much to do with what it loads, and spreading pays off later.
enum { WIDE_PANELS = 3, WIDE_TILE = 4, WIDE_ROWS = 64, MANY_ROWS = 32, MANY_ROWS_TWICE = 128 };

INLINE int64_t spread_block(int form) { return form == PLAIN ? 64 + 512 : 128 + 512; }

#define SPREAD(T)                                                                                                  \
    static void T##_spread(const uint8_t* p, int64_t k, uint8_t* to) {                                             \
        reader r = {.p = p};                                                                                       \
        for (int64_t b = 0; b < k / 32; b++) {                                                                     \
            read_block(T, b, &r);                                                                                  \
            _mm512_storeu_ps(to, r.s);                                                                             \
            if (form(T) != PLAIN) _mm512_storeu_ps(to + 64, r.t);                                                  \
            for (int j = 0; j < 8; j++) _mm512_storeu_si512(to + spread_block(form(T)) - 512 + 64 * j, r.w[j]);    \
            to += spread_block(form(T));                                                                           \
        }                                                                                                          \
    }
SPREAD(Q8_0) SPREAD(Q4_0) SPREAD(Q4_1) SPREAD(Q5_0) SPREAD(Q5_1) SPREAD(Q4_K) SPREAD(Q5_K) SPREAD(Q6_K)

typedef void spread_kernel(const uint8_t*, int64_t, uint8_t*);

static spread_kernel* const SPREAD_KERNELS[] = {Q8_0_spread, Q4_0_spread, Q4_1_spread, Q5_0_spread,
        Q5_1_spread, Q4_K_spread, Q5_K_spread, Q6_K_spread};

// sum[n][m] += levels · numbers, over the vectors [from, to) of a block and one of the numbers' bytes
INLINE void wide_dot(
        int panels, __m512i sum[][WIDE_TILE], const uint8_t* levels, int64_t panel, const int8_t* a, int64_t row,
        int from, int to) {
#pragma GCC unroll 8
    for (int j = from; j < to; j++) {
        __m512i w[WIDE_PANELS];
#pragma GCC unroll 3
        for (int n = 0; n < panels; n++) w[n] = _mm512_loadu_si512(levels + n * panel + 64 * j);
#pragma GCC unroll 4
        for (int m = 0; m < WIDE_TILE; m++) {
            const __m512i four = broadcast4(a + m * row + 4 * j);
#pragma GCC unroll 3
            for (int n = 0; n < panels; n++) sum[n][m] = _mm512_dpbusd_epi32(sum[n][m], w[n], four);
        }
    }
}

// Rows [first, first + WIDE_TILE) of a tile of 16 times some panels, for the c-th chunk of inputs.
INLINE void wide_tile(
        int form, int shift, int passes, int panels, const uint8_t* p, int64_t panel, int64_t k, quantized x, int first,
        int64_t c, float* out, int64_t stride, int add) {
    const int64_t size = spread_block(form), end = least_of(k, (c + 1) * CHUNK_INPUTS) / 32;
    const int parts = form == HALVES ? 2 : 1;
    __m512 f[WIDE_PANELS][WIDE_TILE];
#pragma GCC unroll 3
    for (int n = 0; n < panels; n++) {
#pragma GCC unroll 4
        for (int m = 0; m < WIDE_TILE; m++) f[n][m] = _mm512_setzero_ps();
    }
    for (int64_t b = c * CHUNK_INPUTS / 32; b < end; b++) {
        const uint8_t* block = p + b * size;
        const uint8_t* levels = block + size - 512;
        const int64_t at = b * 16 + first;
        const int8_t* a = x.q + at * 32 * passes;
#pragma GCC unroll 2
        for (int part = 0; part < parts; part++) {
            const int from = part * 4, to = form == HALVES ? from + 4 : 8;
            __m512i sum[WIDE_PANELS][WIDE_TILE], start[WIDE_TILE];
            for (int m = 0; m < WIDE_TILE; m++) {
                const int32_t less = form == OFFSET ? 0 : form == HALVES ? x.less16[2 * (at + m) + part] : x.less[at + m];
                start[m] = _mm512_set1_epi32(less * (1 << shift));
            }
#pragma GCC unroll 3
            for (int n = 0; n < panels; n++) {
#pragma GCC unroll 4
                for (int m = 0; m < WIDE_TILE; m++) sum[n][m] = passes == 1 ? start[m] : _mm512_setzero_si512();
            }
            wide_dot(panels, sum, levels, panel, a, 32 * passes, from, to);
            if (passes == 2) {
#pragma GCC unroll 3
                for (int n = 0; n < panels; n++) {
#pragma GCC unroll 4
                    for (int m = 0; m < WIDE_TILE; m++) {
                        sum[n][m] = _mm512_add_epi32(_mm512_slli_epi32(sum[n][m], 8), start[m]);
                    }
                }
                wide_dot(panels, sum, levels, panel, a + 32, 64, from, to);
            }
#pragma GCC unroll 4
            for (int m = 0; m < WIDE_TILE; m++) {
#pragma GCC unroll 3
                for (int n = 0; n < panels; n++) {
                    const __m512 scale = _mm512_loadu_ps(block + n * panel + 64 * part);
                    f[n][m] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[n][m]), scale, f[n][m]);
                    if (form == OFFSET) {
                        const __m512 offset = _mm512_loadu_ps(block + n * panel + 64);
                        f[n][m] = _mm512_fmadd_ps(offset, _mm512_set1_ps(x.sum[at + m]), f[n][m]);
                    }
                }
            }
        }
    }
#pragma GCC unroll 4
    for (int m = 0; m < WIDE_TILE; m++) {
        const __m512 scale = _mm512_set1_ps(x.scale[c * 16 + first + m]);
#pragma GCC unroll 3
        for (int n = 0; n < panels; n++) {
            float* o = out + (first + m) * stride + n * 16;
            const __m512 there = c > 0 || add ? _mm512_loadu_ps(o) : _mm512_setzero_ps();
            _mm512_storeu_ps(o, _mm512_fmadd_ps(f[n][m], scale, there));
        }
    }
}

// A tile of 16 rows times some panels, for one chunk of inputs.
typedef void wide_kernel(int, const uint8_t*, int64_t, int64_t, quantized, int64_t, float*, int64_t, int);

#define WIDE(F, P, N)                                                                                              \
    static void F##_##P##_##N(                                                                                     \
            int shift, const uint8_t* p, int64_t panel, int64_t k, quantized x, int64_t c, float* out,             \
            int64_t stride, int add) {                                                                             \
        for (int first = 0; first < 16; first += WIDE_TILE) {                                                      \
            wide_tile(F, shift, P, N, p, panel, k, x, first, c, out, stride, add);                                 \
        }                                                                                                          \
    }
#define WIDE_ALL(F) WIDE(F, 1, 1) WIDE(F, 1, 2) WIDE(F, 1, 3) WIDE(F, 2, 1) WIDE(F, 2, 2) WIDE(F, 2, 3)
WIDE_ALL(PLAIN) WIDE_ALL(OFFSET) WIDE_ALL(HALVES)

#define WIDE_NAMES(F) {{F##_1_1, F##_1_2, F##_1_3}, {F##_2_1, F##_2_2, F##_2_3}}
static wide_kernel* const WIDE_KERNELS[][2][3] = {WIDE_NAMES(PLAIN), WIDE_NAMES(OFFSET), WIDE_NAMES(HALVES)};

INLINE quantized tile_at(quantized x, int64_t m, int64_t k, int passes) {
    const int64_t at = m * (k / 32);
    return (quantized){x.q + m * k * passes, x.scale + m * chunks(k), x.sum + at, x.less + at, x.less16 + 2 * at};
}

// A multiple of 16 rows times the panels [from, to).
static void wide_product(
        int type, int passes, const uint8_t* weights, int64_t k, int64_t from, int64_t to, int64_t rows, quantized x,
        float* out, int64_t stride, int add, uint8_t* scratch) {
    const int64_t packed = panel_bytes(type, k), panel = k / 32 * spread_block(form(type));
    const int64_t group = panel * WIDE_PANELS > GROUP ? WIDE_PANELS : GROUP / panel / WIDE_PANELS * WIDE_PANELS;
    for (int64_t g = from; g < to; g += group) {
        const int64_t count = least_of(group, to - g);
        for (int64_t n = 0; n < count; n++) {
            SPREAD_KERNELS[type - Q8_0](weights + (g + n) * packed, k, scratch + n * panel);
        }
        for (int64_t some = 0; some < rows; some += WIDE_ROWS) {
            const int64_t end = least_of(rows, some + WIDE_ROWS);
            for (int64_t c = 0; c < chunks(k); c++) {
                for (int64_t n = 0; n < count; n += WIDE_PANELS) {
                    const int64_t panels = least_of(WIDE_PANELS, count - n);
                    wide_kernel* kernel = WIDE_KERNELS[form(type)][passes - 1][panels - 1];
                    for (int64_t m = some; m < end; m += 16) {
                        kernel(shift(type), scratch + n * panel, panel, k, tile_at(x, m, k, passes), c,
                                out + m * stride + (g + n) * 16, stride, add);
                    }
                }
            }
        }
    }
}

// out[row, 16 from .. 16 to) (+)= x · weightsᵀ. `scratch` has room for GROUP bytes or WIDE_PANELS panels spread out,
// whichever is more.
EXPORT void mokha_product_quantized(
        int type, int passes, const uint8_t* weights, int64_t k, int64_t from, int64_t to, int64_t rows,
        const int8_t* q, const float* scale, const float* sum, const int32_t* less, const int32_t* less16, float* out,
        int64_t stride, int add, uint8_t* scratch) {
    const quantized x = {q, scale, sum, less, less16};
    const int64_t wide = rows >= (passes == 2 ? MANY_ROWS_TWICE : MANY_ROWS) ? rows / 16 * 16 : 0;
    if (wide > 0) wide_product(type, passes, weights, k, from, to, wide, x, out, stride, add, scratch);
    quantized_kernel* kernel = QUANTIZED_KERNELS[type - Q8_0][passes - 1];
    const int64_t panel = panel_bytes(type, k);
    const int64_t group = panel > GROUP ? 1 : GROUP / panel;
    for (int64_t g = from; g < to; g += group) {
        const int64_t end = least_of(g + group, to);
        for (int64_t m = wide; m < rows;) {
            const int mt = tile_rows(rows - m);
            const quantized tile = tile_at(x, m, k, passes);
            for (int64_t n = g; n < end; n++) {
                kernel(mt, weights + n * panel, k, tile, out + m * stride + n * 16, stride, add);
            }
            m += mt;
        }
    }
}

// Whole numbers for rows [from, to) of `rows` rows x [row, k], stride apart.
EXPORT void mokha_quantize(
        const float* x, int64_t stride, int64_t rows, int64_t k, int64_t from, int64_t to, int passes, int8_t* q,
        float* scale, float* sum, int32_t* less, int32_t* less16) {
    const int64_t blocks = k / 32;
    const float most = passes == 1 ? 127.0f : 32512.0f; // 127 · 256: then neither byte overflows
    for (int64_t m = 0; m < to;) {
        const int mt = tile_rows(rows - m);
        for (int i = 0; i < mt; i++) {
            if (m + i < from || m + i >= to) continue;
            const float* row = x + (m + i) * stride;
            for (int64_t c = 0; c < chunks(k); c++) {
                const int64_t end = least_of(k, (c + 1) * CHUNK_INPUTS);
                __m512 all = _mm512_setzero_ps();
                for (int64_t j = c * CHUNK_INPUTS; j < end; j += 16) {
                    all = _mm512_max_ps(all, _mm512_abs_ps(_mm512_loadu_ps(row + j)));
                }
                const float largest = _mm512_reduce_max_ps(all);
                const __m512 inverse = _mm512_set1_ps(largest > 0 ? most / largest : 0);
                scale[m * chunks(k) + c * mt + i] = largest / most;
                for (int64_t b = c * CHUNK_INPUTS / 32; b < end / 32; b++) {
                    const int64_t at = m * blocks + b * mt + i;
                    const __m512i first = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(row + 32 * b), inverse));
                    const __m512i second = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(row + 32 * b + 16), inverse));
                    const int32_t sum1 = _mm512_reduce_add_epi32(first), sum2 = _mm512_reduce_add_epi32(second);
                    int8_t* to8 = q + at * 32 * passes;
                    if (passes == 1) {
                        _mm_storeu_si128((__m128i*)to8, _mm512_cvtepi32_epi8(first));
                        _mm_storeu_si128((__m128i*)(to8 + 16), _mm512_cvtepi32_epi8(second));
                    } else {
                        const __m512i half = _mm512_set1_epi32(128);
                        const __m512i high1 = _mm512_srai_epi32(_mm512_add_epi32(first, half), 8);
                        const __m512i high2 = _mm512_srai_epi32(_mm512_add_epi32(second, half), 8);
                        _mm_storeu_si128((__m128i*)to8, _mm512_cvtepi32_epi8(high1));
                        _mm_storeu_si128((__m128i*)(to8 + 16), _mm512_cvtepi32_epi8(high2));
                        _mm_storeu_si128((__m128i*)(to8 + 32), _mm512_cvtepi32_epi8(first));
                        _mm_storeu_si128((__m128i*)(to8 + 48), _mm512_cvtepi32_epi8(second));
                    }
                    sum[at] = (float)(sum1 + sum2);
                    less[at] = -8 * (sum1 + sum2);
                    less16[2 * at] = -8 * sum1;
                    less16[2 * at + 1] = -8 * sum2;
                }
            }
        }
        m += mt;
    }
}

// ------------------------------------------------------------------------------------------ float weights

// Rows of float32 in tiles, [k][rows].
INLINE void float_tile(
        int type, int mt, const uint8_t* p, int64_t k, const float* x, float* out, int64_t stride, int add) {
    __m512 f[16];
#pragma GCC unroll 16
    for (int m = 0; m < mt; m++) f[m] = _mm512_setzero_ps();
    const int step = type == BF16 ? 2 : 1;
    const int64_t size = type == F16 ? 32 : 64;
    for (int64_t i = 0; i < k; i += step) {
        _mm_prefetch((const char*)p + AHEAD, _MM_HINT_T0);
        __m512 w, w2 = f[0];
        if (type == F32) {
            w = _mm512_loadu_ps(p);
        } else if (type == F16) {
            w = halves(p);
        } else {
            const __m512i pair = _mm512_loadu_si512(p);
            w = _mm512_castsi512_ps(_mm512_slli_epi32(pair, 16));
            w2 = _mm512_castsi512_ps(_mm512_and_si512(pair, _mm512_set1_epi32((int)0xFFFF0000)));
        }
        p += size;
#pragma GCC unroll 16
        for (int m = 0; m < mt; m++) {
            f[m] = _mm512_fmadd_ps(w, _mm512_set1_ps(x[i * mt + m]), f[m]);
            if (type == BF16) f[m] = _mm512_fmadd_ps(w2, _mm512_set1_ps(x[(i + 1) * mt + m]), f[m]);
        }
    }
#pragma GCC unroll 16
    for (int m = 0; m < mt; m++) {
        float* o = out + m * stride;
        _mm512_storeu_ps(o, add ? _mm512_add_ps(_mm512_loadu_ps(o), f[m]) : f[m]);
    }
}

// Rows of bfloat16 in tiles, [k/2][rows][2]. The sums start from what there is.
INLINE void bfloat_tile(int mt, const uint8_t* p, int64_t k, const uint16_t* x, float* out, int64_t stride, int add) {
    __m512 f[16];
#pragma GCC unroll 16
    for (int m = 0; m < mt; m++) f[m] = add ? _mm512_loadu_ps(out + m * stride) : _mm512_setzero_ps();
    for (int64_t i = 0; i < k / 2; i++) {
        _mm_prefetch((const char*)p + AHEAD, _MM_HINT_T0);
        const __m512bh w = (__m512bh)_mm512_loadu_si512(p);
        p += 64;
#pragma GCC unroll 16
        for (int m = 0; m < mt; m++) f[m] = _mm512_dpbf16_ps(f[m], w, (__m512bh)broadcast4(x + 2 * (i * mt + m)));
    }
#pragma GCC unroll 16
    for (int m = 0; m < mt; m++) _mm512_storeu_ps(out + m * stride, f[m]);
}

#define FLOATS(T)                                                                                                  \
    static void T##_tile(                                                                                          \
            int mt, const uint8_t* p, int64_t k, const float* x, float* out, int64_t stride, int add) {            \
        switch (mt) {                                                                                              \
            case 16: float_tile(T, 16, p, k, x, out, stride, add); break;                                          \
            case 8: float_tile(T, 8, p, k, x, out, stride, add); break;                                            \
            case 4: float_tile(T, 4, p, k, x, out, stride, add); break;                                            \
            case 2: float_tile(T, 2, p, k, x, out, stride, add); break;                                            \
            default: float_tile(T, 1, p, k, x, out, stride, add); break;                                           \
        }                                                                                                          \
    }
FLOATS(F32) FLOATS(F16) FLOATS(BF16)

// Eight of a tile's 16 rows times `panels` panels: with several, each pair of activations that is loaded is used for
// all of them.
INLINE void bfloat_wide(
        int panels, int first, const uint8_t* p, int64_t panel, int64_t k, const uint16_t* x, float* out,
        int64_t stride, int add) {
    __m512 f[3][8];
#pragma GCC unroll 3
    for (int n = 0; n < panels; n++) {
#pragma GCC unroll 8
        for (int m = 0; m < 8; m++) {
            f[n][m] = add ? _mm512_loadu_ps(out + (first + m) * stride + n * 16) : _mm512_setzero_ps();
        }
    }
    for (int64_t i = 0; i < k / 2; i++) {
        __m512bh w[3];
#pragma GCC unroll 3
        for (int n = 0; n < panels; n++) w[n] = (__m512bh)_mm512_loadu_si512(p + n * panel + 64 * i);
#pragma GCC unroll 8
        for (int m = 0; m < 8; m++) {
            const __m512bh a = (__m512bh)broadcast4(x + 2 * (i * 16 + first + m));
#pragma GCC unroll 3
            for (int n = 0; n < panels; n++) f[n][m] = _mm512_dpbf16_ps(f[n][m], w[n], a);
        }
    }
#pragma GCC unroll 3
    for (int n = 0; n < panels; n++) {
#pragma GCC unroll 8
        for (int m = 0; m < 8; m++) _mm512_storeu_ps(out + (first + m) * stride + n * 16, f[n][m]);
    }
}

static void bfloat_three(
        const uint8_t* p, int64_t panel, int64_t k, const uint16_t* x, float* out, int64_t stride, int add) {
    bfloat_wide(3, 0, p, panel, k, x, out, stride, add);
    bfloat_wide(3, 8, p, panel, k, x, out, stride, add);
}

static void bfloat_tile_of(
        int mt, const uint8_t* p, int64_t k, const uint16_t* x, float* out, int64_t stride, int add) {
    switch (mt) {
        case 16: bfloat_tile(16, p, k, x, out, stride, add); break;
        case 8: bfloat_tile(8, p, k, x, out, stride, add); break;
        case 4: bfloat_tile(4, p, k, x, out, stride, add); break;
        case 2: bfloat_tile(2, p, k, x, out, stride, add); break;
        default: bfloat_tile(1, p, k, x, out, stride, add); break;
    }
}

EXPORT void mokha_product_float(
        int type, const uint8_t* weights, int64_t k, int64_t from, int64_t to, int64_t rows, const float* x, float* out,
        int64_t stride, int add) {
    const int64_t panel = panel_bytes(type, k);
    const int64_t group = panel > GROUP ? 1 : GROUP / panel;
    for (int64_t g = from; g < to; g += group) {
        const int64_t end = least_of(g + group, to);
        for (int64_t m = 0; m < rows;) {
            const int mt = tile_rows(rows - m);
            for (int64_t n = g; n < end; n++) {
                const uint8_t* w = weights + n * panel;
                float* o = out + m * stride + n * 16;
                if (type == F32) F32_tile(mt, w, k, x + m * k, o, stride, add);
                else if (type == F16) F16_tile(mt, w, k, x + m * k, o, stride, add);
                else BF16_tile(mt, w, k, x + m * k, o, stride, add);
            }
            m += mt;
        }
    }
}

// A panel of F16 weights as bfloat16, rounded.
static void F16_bfloats(const uint8_t* from, int64_t k, uint8_t* to) {
    uint16_t order[32];
    for (int i = 0; i < 16; i++) {
        order[2 * i] = (uint16_t)i;
        order[2 * i + 1] = (uint16_t)(16 + i);
    }
    const __m512i interleave = _mm512_loadu_si512(order);
    for (int64_t i = 0; i < k / 2; i++) {
        const __m512bh both = _mm512_cvtne2ps_pbh(halves(from + 64 * i + 32), halves(from + 64 * i));
        _mm512_storeu_si512(to + 64 * i, _mm512_permutexvar_epi16(interleave, (__m512i)both));
    }
}

// Of two vectors of 16, in pairs.
INLINE __m512i pairs(__m512 first, __m512 second) {
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
            21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

// One of the four inputs of 16 outputs that a vector of levels has, as numbers.
INLINE __m512 numbers(__m512i levels, int input, __m512 middle, __m512 scale, __m512 offset) {
    const __m512i one = _mm512_and_si512(_mm512_srli_epi32(levels, 8 * input), _mm512_set1_epi32(255));
    return _mm512_fmadd_ps(_mm512_sub_ps(_mm512_cvtepi32_ps(one), middle), scale, offset);
}

// A panel of quantised weights as bfloat16, rounded.
INLINE void quantized_bfloats(int type, const uint8_t* from, int64_t k, uint8_t* to) {
    reader r = {.p = from};
    const __m512 zero = _mm512_setzero_ps();
    const __m512 middle = form(type) == OFFSET ? zero : _mm512_set1_ps((float)(8 << shift(type)));
    for (int64_t b = 0; b < k / 32; b++) {
        read_block(type, b, &r);
        const __m512 offset = form(type) == OFFSET ? r.t : zero;
#pragma GCC unroll 8
        for (int j = 0; j < 8; j++) {
            const __m512 scale = form(type) == HALVES && j >= 4 ? r.t : r.s;
            for (int i = 0; i < 4; i += 2) {
                const __m512 first = numbers(r.w[j], i, middle, scale, offset);
                const __m512 second = numbers(r.w[j], i + 1, middle, scale, offset);
                _mm512_storeu_si512(to + 64 * (16 * b + 2 * j + i / 2), pairs(first, second));
            }
        }
    }
}

#define BFLOATS(T)                                                                                                 \
    static void T##_bfloats(const uint8_t* from, int64_t k, uint8_t* to) { quantized_bfloats(T, from, k, to); }
BFLOATS(Q8_0) BFLOATS(Q4_0) BFLOATS(Q4_1) BFLOATS(Q5_0) BFLOATS(Q5_1) BFLOATS(Q4_K) BFLOATS(Q5_K) BFLOATS(Q6_K)

// By type, from F16 on; BF16 is what it is.
static spread_kernel* const BFLOAT_PANELS[] = {F16_bfloats, 0, Q8_0_bfloats, Q4_0_bfloats, Q4_1_bfloats, Q5_0_bfloats,
        Q5_1_bfloats, Q4_K_bfloats, Q5_K_bfloats, Q6_K_bfloats};

// For all weights but F32. Many inputs are taken in parts, so that a few panels' part stays in the second-level cache
// while the rows pass by. `scratch` has room for GROUP bytes.
EXPORT void mokha_product_bfloat(
        int type, const uint8_t* weights, int64_t k, int64_t from, int64_t to, int64_t rows, const uint16_t* x,
        float* out, int64_t stride, int add, uint8_t* scratch) {
    enum { PART = 2048 };
    const int64_t panel = panel_bytes(type, k), most = 32 * least_of(k, PART);
    const int64_t group = GROUP / most / 3 * 3;
    for (int64_t g = from; g < to; g += group) {
        const int64_t count = least_of(group, to - g);
        for (int64_t part = 0; part < k; part += PART) {
            const int64_t inputs = least_of(PART, k - part);
            const uint8_t* own = weights + g * panel + panel_bytes(type, part);
            const int64_t step = type == BF16 ? panel : most;
            if (type != BF16) {
                for (int64_t n = 0; n < count; n++) {
                    BFLOAT_PANELS[type - F16](own + n * panel, inputs, scratch + n * most);
                }
                own = scratch;
            }
            for (int64_t m = 0; m < rows;) {
                const int mt = tile_rows(rows - m);
                const uint16_t* tile = x + m * k + part * mt;
                float* o = out + m * stride + g * 16;
                int64_t n = 0;
                for (; rows >= MANY_ROWS && mt == 16 && n + 3 <= count; n += 3) { // then the weights are in the cache
                    bfloat_three(own + n * step, step, inputs, tile, o + n * 16, stride, add || part > 0);
                }
                for (; n < count; n++) {
                    bfloat_tile_of(mt, own + n * step, inputs, tile, o + n * 16, stride, add || part > 0);
                }
                m += mt;
            }
        }
    }
}

EXPORT void mokha_tile_float(
        const float* x, int64_t stride, int64_t rows, int64_t k, int64_t from, int64_t to, float* out) {
    for (int64_t m = 0; m < to;) {
        const int mt = tile_rows(rows - m);
        for (int i = 0; i < mt; i++) {
            if (m + i < from || m + i >= to) continue;
            for (int64_t j = 0; j < k; j++) out[m * k + j * mt + i] = x[(m + i) * stride + j];
        }
        m += mt;
    }
}

// Eight rows of eight 32-bit numbers, turned over.
INLINE void turn_over(const __m256i* r, uint32_t* to, int64_t stride) {
    __m256i u[8], v[8];
#pragma GCC unroll 4
    for (int i = 0; i < 8; i += 2) {
        u[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        u[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 8; i += 4) {
        v[i] = _mm256_unpacklo_epi64(u[i], u[i + 2]);
        v[i + 1] = _mm256_unpackhi_epi64(u[i], u[i + 2]);
        v[i + 2] = _mm256_unpacklo_epi64(u[i + 1], u[i + 3]);
        v[i + 3] = _mm256_unpackhi_epi64(u[i + 1], u[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_si256((__m256i*)(to + i * stride), _mm256_permute2x128_si256(v[i], v[i + 4], 0x20));
        _mm256_storeu_si256((__m256i*)(to + (i + 4) * stride), _mm256_permute2x128_si256(v[i], v[i + 4], 0x31));
    }
}

// Eight rows of k numbers times a factor, as pairs of bfloat16: [k/2][stride][2], of which the first eight are written.
static void eight_rows(const float* const* rows, int64_t k, float factor, uint16_t* to, int64_t stride) {
    const __m512 by = _mm512_set1_ps(factor);
    for (int64_t j = 0; j < k; j += 16) { // k is a multiple of 16
        __m256i r[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            r[i] = (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(_mm512_loadu_ps(rows[i] + j), by));
        }
        turn_over(r, (uint32_t*)to + j / 2 * stride, stride);
    }
}

EXPORT void mokha_tile_bfloat(
        const float* x, int64_t stride, int64_t rows, int64_t k, int64_t from, int64_t to, uint16_t* out) {
    for (int64_t m = 0; m < to;) {
        const int mt = tile_rows(rows - m);
        uint16_t* tile = out + m * k;
        for (int i = 0; i < mt;) {
            const float* row = x + (m + i) * stride;
            if (i % 8 == 0 && i + 8 <= mt && m + i >= from && m + i + 8 <= to) {
                const float* const eight[] = {row, row + stride, row + 2 * stride, row + 3 * stride, row + 4 * stride,
                        row + 5 * stride, row + 6 * stride, row + 7 * stride};
                eight_rows(eight, k, 1, tile + 2 * i, mt);
                i += 8;
                continue;
            }
            for (int64_t j = 0; j < k && m + i >= from && m + i < to; j += 16) { // k is a multiple of 16
                uint32_t pair[8];
                _mm256_storeu_si256((__m256i*)pair, (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(row + j)));
                for (int p = 0; p < 8; p++) memcpy(tile + 2 * ((j / 2 + p) * mt + i), pair + p, 4);
            }
            i++;
        }
        m += mt;
    }
}

// ------------------------------------------------------------------------------ between the products

// e^x within 2 units in the last place: 2^n times a polynomial of the rest, by Cody and Waite's reduction.
INLINE __m512 exp16(__m512 x) {
    x = _mm512_max_ps(x, _mm512_set1_ps(-104.0f));
    const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 8);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
    r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
    __m512 y = _mm512_set1_ps(1.0f / 5040);
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 720));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 120));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 24));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 6));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(0.5f));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(y, n);
}

INLINE __mmask16 first(int64_t count) { return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1); }

// out = x / sqrt(mean x² + eps) · w, for `rows` rows of n numbers
EXPORT void mokha_rms_norm(
        const float* x, int64_t stride, const float* w, float eps, int64_t rows, int64_t n, float* out,
        int64_t out_stride) {
    for (int64_t row = 0; row < rows; row++) {
        const float* from = x + row * stride;
        float* to = out + row * out_stride;
        __m512 squares = _mm512_setzero_ps();
        for (int64_t i = 0; i < n; i += 16) {
            const __m512 v = _mm512_maskz_loadu_ps(first(n - i), from + i);
            squares = _mm512_fmadd_ps(v, v, squares);
        }
        const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(squares) / (float)n + eps);
        const __m512 factor = _mm512_div_ps(_mm512_set1_ps(1), _mm512_sqrt_ps(mean));
        for (int64_t i = 0; i < n; i += 16) {
            const __mmask16 in = first(n - i);
            const __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(in, from + i), factor);
            _mm512_mask_storeu_ps(to + i, in, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(in, w + i)));
        }
    }
}

// out = gate / (1 + e^-gate) · up
EXPORT void mokha_silu_product(
        const float* gate, const float* up, int64_t stride, int64_t rows, int64_t n, float* out, int64_t out_stride) {
    const __m512 one = _mm512_set1_ps(1);
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < n; i += 16) {
            const __mmask16 in = first(n - i);
            const __m512 g = _mm512_maskz_loadu_ps(in, gate + row * stride + i);
            const __m512 u = _mm512_maskz_loadu_ps(in, up + row * stride + i);
            const __m512 e = exp16(_mm512_sub_ps(_mm512_setzero_ps(), g));
            _mm512_mask_storeu_ps(
                    out + row * out_stride + i, in, _mm512_mul_ps(_mm512_div_ps(g, _mm512_add_ps(one, e)), u));
        }
    }
}

// x += bias, for each row
EXPORT void mokha_add_bias(float* x, int64_t stride, const float* bias, int64_t rows, int64_t n) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < n; i += 16) {
            const __mmask16 in = first(n - i);
            float* to = x + row * stride + i;
            const __m512 sum = _mm512_add_ps(_mm512_maskz_loadu_ps(in, to), _mm512_maskz_loadu_ps(in, bias + i));
            _mm512_mask_storeu_ps(to, in, sum);
        }
    }
}

// Turns the pairs (i, i + d/2) of each head by the angles of one position.
EXPORT void mokha_rotate(float* x, int64_t heads, int64_t d, const float* cosines, const float* sines) {
    const int64_t half = d / 2;
    for (int64_t h = 0; h < heads; h++) {
        float *a = x + h * d, *b = a + half;
        for (int64_t i = 0; i < half; i += 16) {
            const __mmask16 in = first(half - i);
            const __m512 u = _mm512_maskz_loadu_ps(in, a + i), v = _mm512_maskz_loadu_ps(in, b + i);
            const __m512 c = _mm512_maskz_loadu_ps(in, cosines + i), s = _mm512_maskz_loadu_ps(in, sines + i);
            _mm512_mask_storeu_ps(a + i, in, _mm512_fmsub_ps(u, c, _mm512_mul_ps(v, s)));
            _mm512_mask_storeu_ps(b + i, in, _mm512_fmadd_ps(v, c, _mm512_mul_ps(u, s)));
        }
    }
}

// -------------------------------------------------------------------------------- keys and values

// A page holds 16 positions of one head: keys [d][16], so that a vector has one dimension of 16 positions; values
// [16][d]. In 8 and 4 bits, each 32 dimensions of a position share a scale: half floats [d/32][16], before the rest.
// In 4 bits a byte has dimensions 2i and 2i+1 of a key, and j and j+16 of a value's 32.
enum { KV_F32, KV_F16, KV_BF16, KV_INT8, KV_INT4 };

INLINE int64_t page_bytes(int kv, int64_t d) {
    switch (kv) {
        case KV_F32: return 64 * d;
        case KV_F16: case KV_BF16: return 32 * d;
        case KV_INT8: return d + 16 * d;
        default: return d + 8 * d;
    }
}

static uint16_t half_of(float x) { return (uint16_t)_cvtss_sh(x, 0); }

static uint16_t bfloat_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

// The scale of 32 numbers, and its inverse as the stored half gives it.
static float scale_of(const float* x, float most, uint16_t* stored) {
    const __m512 u = _mm512_loadu_ps(x), v = _mm512_loadu_ps(x + 16);
    const float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(u), _mm512_abs_ps(v)));
    *stored = half_of(largest / most);
    const float back = _cvtsh_ss(*stored);
    return back > 0 ? 1 / back : 0;
}

INLINE int whole(float x, int most) {
    const int r = _mm_cvtss_si32(_mm_set_ss(x));
    return r > most ? most : r < -most ? -most : r;
}

// Stores one position's key and value of one head at place `slot` of its page.
EXPORT void mokha_store(int kv, const float* key, const float* value, int64_t d, int64_t slot, uint8_t* page) {
    uint8_t* keys = page;
    uint8_t* values = page + page_bytes(kv, d);
    if (kv == KV_F32) {
        for (int64_t i = 0; i < d; i++) ((float*)keys)[i * 16 + slot] = key[i];
        memcpy(values + slot * d * 4, value, (size_t)d * 4);
    } else if (kv == KV_F16 || kv == KV_BF16) {
        for (int64_t i = 0; i < d; i++) {
            ((uint16_t*)keys)[i * 16 + slot] = kv == KV_F16 ? half_of(key[i]) : bfloat_of(key[i]);
            ((uint16_t*)values)[slot * d + i] = kv == KV_F16 ? half_of(value[i]) : bfloat_of(value[i]);
        }
    } else {
        const int most = kv == KV_INT8 ? 127 : 7;
        for (int64_t g = 0; g < d / 32; g++) {
            const float k = scale_of(key + 32 * g, (float)most, (uint16_t*)keys + g * 16 + slot);
            const float v = scale_of(value + 32 * g, (float)most, (uint16_t*)values + g * 16 + slot);
            for (int64_t i = 32 * g; i < 32 * g + 32; i++) {
                const int a = whole(key[i] * k, most), b = whole(value[i] * v, most);
                if (kv == KV_INT8) {
                    ((int8_t*)keys)[d + i * 16 + slot] = (int8_t)a;
                    ((int8_t*)values)[d + slot * d + i] = (int8_t)b;
                } else {
                    uint8_t* to = keys + d + i / 2 * 16 + slot;
                    *to = i % 2 == 0 ? (uint8_t)((*to & 0xF0) | (a + 8)) : (uint8_t)((*to & 15) | ((a + 8) << 4));
                    to = values + d + slot * (d / 2) + 16 * g + i % 16;
                    *to = i % 32 < 16 ? (uint8_t)((*to & 0xF0) | (b + 8)) : (uint8_t)((*to & 15) | ((b + 8) << 4));
                }
            }
        }
    }
}

INLINE __m512 nibble(const uint8_t* p, int high) {
    const __m512i x = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)p));
    const __m512i four = high ? _mm512_srli_epi32(x, 4) : _mm512_and_si512(x, _mm512_set1_epi32(15));
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(four, _mm512_set1_epi32(8)));
}

// Dimension i of a page's 16 keys, without its scale.
INLINE __m512 key16(int kv, const uint8_t* keys, int64_t d, int64_t i) {
    switch (kv) {
        case KV_F32: return _mm512_loadu_ps(keys + i * 64);
        case KV_F16: return halves(keys + i * 32);
        case KV_BF16: return bfloats(keys + i * 32);
        case KV_INT8: return signed_bytes(keys + d + i * 16);
        default: return nibble(keys + d + i / 2 * 16, i % 2 != 0);
    }
}

// Dimensions i to i+15 of a page's value, without their scale.
INLINE __m512 value16(int kv, const uint8_t* values, int64_t d, int64_t slot, int64_t i) {
    switch (kv) {
        case KV_F32: return _mm512_loadu_ps(values + (slot * d + i) * 4);
        case KV_F16: return halves(values + (slot * d + i) * 2);
        case KV_BF16: return bfloats(values + (slot * d + i) * 2);
        case KV_INT8: return signed_bytes(values + d + slot * d + i);
        default: return nibble(values + d + slot * (d / 2) + i / 32 * 16, i % 32 != 0);
    }
}

enum { CHUNK = 128, WIDEST = 256 };

typedef struct {
    const uint8_t* pool;   // the layer's first head in block 0
    int64_t block_bytes;   // from a block to the next
    int64_t head_bytes;    // from a head's pages to the next one's
    const int32_t* table;  // the blocks of the sequence's positions, 16 each; negative where nothing is kept
    const float* q;        // the first row's queries
    int64_t q_stride;
    float* out;
    int64_t out_stride;
    int64_t position;      // of the first row
    int64_t d;
    int64_t group;         // query heads of a key head
    int64_t window;        // how many positions a row sees, itself included; 0 for all
    int64_t sinks;         // how many first positions a row always sees, at most 16
    const float* sink_q;   // the first row's queries as they meet those, q_stride from row to row
    float scale;
} attention;

// Products of a page's 16 keys with mt queries [d][mt].
INLINE void page_scores(int kv, int mt, int64_t d, const uint8_t* keys, const float* queries, __m512* s) {
#pragma GCC unroll 16
    for (int m = 0; m < mt; m++) s[m] = _mm512_setzero_ps();
    if (kv != KV_INT8 && kv != KV_INT4) {
        for (int64_t i = 0; i < d; i++) {
            const __m512 k = key16(kv, keys, d, i);
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) s[m] = _mm512_fmadd_ps(k, _mm512_set1_ps(queries[i * mt + m]), s[m]);
        }
    } else {
        for (int64_t g = 0; g < d / 32; g++) {
            const __m512 scale = halves(keys + g * 32);
            __m512 part[16];
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) part[m] = _mm512_setzero_ps();
            for (int64_t i = 32 * g; i < 32 * g + 32; i++) {
                const __m512 k = key16(kv, keys, d, i);
#pragma GCC unroll 16
                for (int m = 0; m < mt; m++) {
                    part[m] = _mm512_fmadd_ps(k, _mm512_set1_ps(queries[i * mt + m]), part[m]);
                }
            }
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) s[m] = _mm512_fmadd_ps(part[m], scale, s[m]);
        }
    }
}

// Queries [at, at + mt) of one key head, counted row by row; every row's sums run over chunks that begin at
// multiples of CHUNK, so they do not depend on how rows were cut into tiles.
INLINE void attend_tile(int kv, int mt, const attention* x, int64_t head, int64_t at) {
    const int64_t d = x->d, quantised = kv == KV_INT8 || kv == KV_INT4;
    float queries[WIDEST * 16], sink_queries[WIDEST * 16], scores[16 * CHUNK], scaled[16 * CHUNK], sums[WIDEST * 16];
    float largest[16];
    int64_t position[16];
    __m512 total[16];
    for (int m = 0; m < mt; m++) {
        const int64_t row = (at + m) / x->group, h = head * x->group + (at + m) % x->group;
        const float* q = x->q + row * x->q_stride + h * d;
        for (int64_t i = 0; i < d; i++) queries[i * mt + m] = q[i] * x->scale;
        position[m] = x->position + row;
        largest[m] = -1e30f;
        total[m] = _mm512_setzero_ps();
    }
    memset(sums, 0, sizeof(float) * (size_t)(d * mt));
    const int64_t last = position[mt - 1];
    const int64_t begin = x->window > 0 && position[0] >= x->window ? position[0] - x->window + 1 : 0;
    const int64_t page = page_bytes(kv, d);
    for (int64_t chunk = 0; chunk <= last; chunk += CHUNK) {
        if (chunk + CHUNK <= begin && chunk >= x->sinks) {
            chunk = begin / CHUNK * CHUNK - CHUNK; // nothing to see before the window
            continue;
        }
        const int64_t positions = last + 1 - chunk < CHUNK ? last + 1 - chunk : CHUNK;
        const int64_t pages = (positions + 15) / 16;
        for (int64_t p = 0; p < pages; p++) {
            const int32_t block = x->table[chunk / 16 + p];
            __m512 s[16];
            if (block < 0) {
#pragma GCC unroll 16
                for (int m = 0; m < mt; m++) s[m] = _mm512_setzero_ps();
            } else {
                const uint8_t* keys = x->pool + block * x->block_bytes + head * x->head_bytes;
                page_scores(kv, mt, d, keys, queries, s);
                if (x->sinks > 0 && chunk + p == 0) {
                    __m512 sunk[16];
                    for (int m = 0; m < mt; m++) {
                        const int64_t row = (at + m) / x->group, h = head * x->group + (at + m) % x->group;
                        const float* q = x->sink_q + row * x->q_stride + h * d;
                        for (int64_t i = 0; i < d; i++) sink_queries[i * mt + m] = q[i] * x->scale;
                    }
                    page_scores(kv, mt, d, keys, sink_queries, sunk);
#pragma GCC unroll 16
                    for (int m = 0; m < mt; m++) s[m] = _mm512_mask_mov_ps(s[m], first(x->sinks), sunk[m]);
                }
            }
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) _mm512_storeu_ps(scores + m * CHUNK + 16 * p, s[m]);
        }
        float factor[16];
        for (int m = 0; m < mt; m++) {
            const int64_t from = x->window > 0 && position[m] >= x->window ? position[m] - x->window + 1 : 0;
            __mmask16 seen[CHUNK / 16];
            __m512 most = _mm512_set1_ps(-1e30f);
            for (int64_t p = 0; p < pages; p++) {
                const int64_t start = chunk + 16 * p;
                __mmask16 mask = start > position[m] ? 0 : first(position[m] + 1 - start);
                __mmask16 early = start >= from ? 0 : first(from - start); // too far back
                if (start < x->sinks) early &= (__mmask16)~first(x->sinks - start);
                mask &= (__mmask16)~early;
                if (x->table[chunk / 16 + p] < 0) mask = 0;
                seen[p] = mask;
                most = _mm512_mask_max_ps(most, mask, most, _mm512_loadu_ps(scores + m * CHUNK + 16 * p));
            }
            const float now = _mm512_reduce_max_ps(most);
            const float larger = now > largest[m] ? now : largest[m];
            factor[m] = _mm512_cvtss_f32(exp16(_mm512_set1_ps(largest[m] - larger)));
            largest[m] = larger;
            total[m] = _mm512_mul_ps(total[m], _mm512_set1_ps(factor[m]));
            for (int64_t p = 0; p < pages; p++) {
                float* s = scores + m * CHUNK + 16 * p;
                const __m512 e = exp16(_mm512_sub_ps(_mm512_loadu_ps(s), _mm512_set1_ps(larger)));
                const __m512 weight = _mm512_maskz_mov_ps(seen[p], e);
                total[m] = _mm512_add_ps(total[m], weight);
                _mm512_storeu_ps(s, weight);
            }
        }
        for (int64_t i = 0; i < d; i += 16) {
            const float* weights = scores;
            if (quantised) {
                weights = scaled;
                for (int64_t p = 0; p < pages && i % 32 == 0; p++) {
                    const int32_t block = x->table[chunk / 16 + p];
                    if (block < 0) continue;
                    const uint8_t* values = x->pool + block * x->block_bytes + head * x->head_bytes + page;
                    const __m512 scale = halves(values + i / 32 * 32);
                    for (int m = 0; m < mt; m++) {
                        const __m512 w = _mm512_loadu_ps(scores + m * CHUNK + 16 * p);
                        _mm512_storeu_ps(scaled + m * CHUNK + 16 * p, _mm512_mul_ps(w, scale));
                    }
                }
            }
            __m512 sum[16];
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) {
                sum[m] = _mm512_mul_ps(_mm512_loadu_ps(sums + (i / 16 * mt + m) * 16), _mm512_set1_ps(factor[m]));
            }
            for (int64_t p = 0; p < pages; p++) {
                const int32_t block = x->table[chunk / 16 + p];
                if (block < 0) continue;
                const uint8_t* values = x->pool + block * x->block_bytes + head * x->head_bytes + page;
                const int64_t slots = positions - 16 * p < 16 ? positions - 16 * p : 16;
                for (int64_t slot = 0; slot < slots; slot++) {
                    const __m512 v = value16(kv, values, d, slot, i);
#pragma GCC unroll 16
                    for (int m = 0; m < mt; m++) {
                        sum[m] = _mm512_fmadd_ps(v, _mm512_set1_ps(weights[m * CHUNK + 16 * p + slot]), sum[m]);
                    }
                }
            }
#pragma GCC unroll 16
            for (int m = 0; m < mt; m++) _mm512_storeu_ps(sums + (i / 16 * mt + m) * 16, sum[m]);
        }
    }
    for (int m = 0; m < mt; m++) {
        const int64_t row = (at + m) / x->group, h = head * x->group + (at + m) % x->group;
        const __m512 inverse = _mm512_set1_ps(1 / _mm512_reduce_add_ps(total[m]));
        for (int64_t i = 0; i < d; i += 16) {
            const __m512 sum = _mm512_loadu_ps(sums + (i / 16 * mt + m) * 16);
            _mm512_storeu_ps(x->out + row * x->out_stride + h * d + i, _mm512_mul_ps(sum, inverse));
        }
    }
}

#define ATTEND(KV)                                                                                                 \
    static void attend_##KV(int mt, const attention* x, int64_t head, int64_t at) {                                \
        switch (mt) {                                                                                              \
            case 16: attend_tile(KV, 16, x, head, at); break;                                                      \
            case 8: attend_tile(KV, 8, x, head, at); break;                                                        \
            case 4: attend_tile(KV, 4, x, head, at); break;                                                        \
            case 2: attend_tile(KV, 2, x, head, at); break;                                                        \
            default: attend_tile(KV, 1, x, head, at); break;                                                       \
        }                                                                                                          \
    }
ATTEND(KV_F32) ATTEND(KV_F16) ATTEND(KV_BF16) ATTEND(KV_INT8) ATTEND(KV_INT4)

// Causal attention of `rows` rows that follow each other in one sequence, for key heads [from, to).
EXPORT void mokha_attend(
        int kv, const uint8_t* pool, int64_t block_bytes, int64_t head_bytes, const int32_t* table, const float* q,
        int64_t q_stride, float* out, int64_t out_stride, int64_t rows, int64_t position, int64_t d, int64_t group,
        int64_t from, int64_t to, int64_t window, int64_t sinks, const float* sink_q, float scale) {
    const attention x = {pool, block_bytes, head_bytes, table, q, q_stride, out, out_stride, position, d, group, window,
            sinks, sink_q, scale};
    for (int64_t head = from; head < to; head++) {
        for (int64_t at = 0; at < rows * group;) {
            const int mt = tile_rows(rows * group - at);
            switch (kv) {
                case KV_F32: attend_KV_F32(mt, &x, head, at); break;
                case KV_F16: attend_KV_F16(mt, &x, head, at); break;
                case KV_BF16: attend_KV_BF16(mt, &x, head, at); break;
                case KV_INT8: attend_KV_INT8(mt, &x, head, at); break;
                default: attend_KV_INT4(mt, &x, head, at); break;
            }
            at += mt;
        }
    }
}

// ---------------------------------------------------------------------------- attention of prompts, in bfloat16

// A chunk's keys and values are turned into bfloat16 once, in pairs: keys [page][d/2][16][2], values [d/16][pairs][16][2];
// then all tiles of 16 queries pass by, a query in each lane, so that nothing is ever summed or compared across a
// vector. Products are added in float32, and so is the sum of the weights before they are rounded.
typedef struct {
    int64_t at;         // the first query
    int64_t count;      // of queries
    int64_t last;       // the last one's position
    __m512i position;   // the queries' own; of those that are not there, the last one's
    __m512 largest;     // score until now, as a power of two
    __m512 total;       // of the weights
    uint16_t* queries;  // [d/2][16][2]
    float* sums;        // [d][16]
} query_tile;

// 2 to the power of x, which is 0 at most, within 4e-6, as the result is rounded to bfloat16: 2^n times a polynomial.
// Exactly 0 from -127 down, where n leaves no exponent and the polynomial is 1.
INLINE __m512 exp2_rough(__m512 x) {
    x = _mm512_max_ps(x, _mm512_set1_ps(-127.0f));
    const __m512 magic = _mm512_set1_ps(12582912.0f); // 1.5 * 2^23: what is added to it is rounded to a whole number
    const __m512 n = _mm512_add_ps(x, magic);
    const __m512 r = _mm512_sub_ps(x, _mm512_sub_ps(n, magic));
    __m512 y = _mm512_set1_ps(9.618129e-3f);
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(5.5504109e-2f));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(2.4022651e-1f));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(6.9314718e-1f));
    y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f));
    return (__m512)_mm512_add_epi32((__m512i)y, _mm512_slli_epi32((__m512i)n, 23));
}

INLINE __m512 whole_key(int kv, const uint8_t* keys, int64_t d, int64_t i) {
    const __m512 k = key16(kv, keys, d, i);
    return kv == KV_INT8 || kv == KV_INT4 ? _mm512_mul_ps(k, halves(keys + i / 32 * 32)) : k;
}

INLINE __m512 whole_value(int kv, const uint8_t* values, int64_t d, int64_t slot, int64_t i) {
    const __m512 v = value16(kv, values, d, slot, i);
    if (kv != KV_INT8 && kv != KV_INT4) return v;
    uint16_t scale;
    memcpy(&scale, values + i / 32 * 32 + 2 * slot, 2);
    return _mm512_mul_ps(v, _mm512_set1_ps(_cvtsh_ss(scale)));
}

INLINE void bfloat_page(
        int kv, const attention* x, int64_t head, int32_t block, int64_t p, int64_t slots, uint16_t* keys,
        uint16_t* values) {
    const int64_t d = x->d;
    if (block < 0 || slots <= 0) {
        memset(keys + p * 16 * d, 0, (size_t)(32 * d));
        for (int64_t i = 0; i < d / 16; i++) memset(values + (i * CHUNK / 2 + p * 8) * 32, 0, 512);
        return;
    }
    const uint8_t* from = x->pool + block * x->block_bytes + head * x->head_bytes;
    const __mmask16 there = first(slots);
    for (int64_t i = 0; i < d; i += 2) {
        const __m512 a = _mm512_maskz_mov_ps(there, whole_key(kv, from, d, i));
        const __m512 b = _mm512_maskz_mov_ps(there, whole_key(kv, from, d, i + 1));
        _mm512_storeu_si512(keys + (p * d / 2 + i / 2) * 32, pairs(a, b));
    }
    from += page_bytes(kv, d);
    for (int64_t i = 0; i < d; i += 16) {
        for (int64_t slot = 0; slot < 16; slot += 2) {
            const __m512 a = slot < slots ? whole_value(kv, from, d, slot, i) : _mm512_setzero_ps();
            const __m512 b = slot + 1 < slots ? whole_value(kv, from, d, slot + 1, i) : _mm512_setzero_ps();
            _mm512_storeu_si512(values + (i / 16 * CHUNK / 2 + p * 8 + slot / 2) * 32, pairs(a, b));
        }
    }
}

#define BFLOAT_PAGE(KV)                                                                                            \
    static void page_##KV(                                                                                         \
            const attention* x, int64_t head, int32_t block, int64_t p, int64_t slots, uint16_t* keys,             \
            uint16_t* values) {                                                                                    \
        bfloat_page(KV, x, head, block, p, slots, keys, values);                                                   \
    }
BFLOAT_PAGE(KV_F32) BFLOAT_PAGE(KV_F16) BFLOAT_PAGE(KV_BF16) BFLOAT_PAGE(KV_INT8) BFLOAT_PAGE(KV_INT4)

typedef void page_kernel(const attention*, int64_t, int32_t, int64_t, int64_t, uint16_t*, uint16_t*);

static page_kernel* const PAGE_KERNELS[] = {page_KV_F32, page_KV_F16, page_KV_BF16, page_KV_INT8, page_KV_INT4};

// A vector of 16 pairs by 16 broadcast pairs, `count` times: f[m] += Σ v[i] · w[i][m].
INLINE void bfloat_sixteen(int64_t count, const uint16_t* v, const uint16_t* w, __m512 f[16]) {
    for (int64_t i = 0; i < count; i++) {
        const __m512bh a = (__m512bh)_mm512_loadu_si512(v + 32 * i);
#pragma GCC unroll 16
        for (int m = 0; m < 16; m++) f[m] = _mm512_dpbf16_ps(f[m], a, (__m512bh)broadcast4(w + 32 * i + 2 * m));
    }
}

static void begin_tile(const attention* x, int64_t head, query_tile* t) {
    const int64_t d = x->d;
    t->last = x->position + (t->at + t->count - 1) / x->group;
    memset(t->sums, 0, (size_t)(64 * d));
    t->largest = _mm512_set1_ps(-1e30f);
    t->total = _mm512_setzero_ps();
    const float* rows[16];
    int32_t positions[16];
    for (int m = 0; m < 16; m++) {
        const int64_t query = t->at + least_of(m, t->count - 1); // the last one again, where there are no more
        rows[m] = x->q + query / x->group * x->q_stride + (head * x->group + query % x->group) * d;
        positions[m] = (int32_t)(x->position + query / x->group);
    }
    t->position = _mm512_loadu_si512(positions);
    const float scale = x->scale * 1.44269504f; // for powers of two
    eight_rows(rows, d, scale, t->queries, 16);
    eight_rows(rows + 8, d, scale, t->queries + 16, 16);
}

// The queries that see a position.
INLINE __mmask16 who_sees(const attention* x, const query_tile* t, int64_t at) {
    const __mmask16 behind = _mm512_cmpge_epi32_mask(t->position, _mm512_set1_epi32((int32_t)at));
    if (x->window <= 0 || at < x->sinks) return behind;
    return behind & _mm512_cmplt_epi32_mask(t->position, _mm512_set1_epi32((int32_t)(at + x->window)));
}

// One chunk for one tile.
static void bfloat_chunk(
        const attention* x, query_tile* t, int64_t chunk, int64_t pages, const uint16_t* keys, const uint16_t* values,
        float* scores, uint16_t* weights) {
    const int64_t d = x->d;
    const __m512 none = _mm512_set1_ps(-1e30f);
    __m512 most = t->largest;
    for (int64_t p = 0; p < pages; p++) {
        __m512 f[16];
#pragma GCC unroll 16
        for (int m = 0; m < 16; m++) f[m] = _mm512_setzero_ps();
        bfloat_sixteen(d / 2, t->queries, keys + p * 16 * d, f);
        const int64_t at = chunk + 16 * p;
        const int64_t first_query = x->position + t->at / x->group;
        if (x->table[at / 16] < 0) {
#pragma GCC unroll 16
            for (int m = 0; m < 16; m++) f[m] = none;
        } else if (at + 15 > first_query || x->window > 0) {
#pragma GCC unroll 16
            for (int m = 0; m < 16; m++) f[m] = _mm512_mask_mov_ps(none, who_sees(x, t, at + m), f[m]);
        }
        __m512 other = f[1];
#pragma GCC unroll 16
        for (int m = 0; m < 16; m += 2) {
            most = _mm512_max_ps(most, f[m]);
            other = _mm512_max_ps(other, f[m + 1]);
        }
        most = _mm512_max_ps(most, other);
#pragma GCC unroll 16
        for (int m = 0; m < 16; m++) _mm512_storeu_ps(scores + (16 * p + m) * 16, f[m]);
    }
    const __m512 factor = exp2_rough(_mm512_sub_ps(t->largest, most));
    const int grown = _mm512_cmp_ps_mask(t->largest, most, _CMP_NEQ_UQ) != 0;
    // Who has seen nothing yet takes nothing from scores that are not there.
    const __m512 base = _mm512_max_ps(most, _mm512_set1_ps(-1e29f));
    t->largest = most;
    __m512 total = _mm512_mul_ps(t->total, factor), second = _mm512_setzero_ps();
    for (int64_t i = 0; i < 16 * pages; i += 2) {
        const __m512 a = exp2_rough(_mm512_sub_ps(_mm512_loadu_ps(scores + 16 * i), base));
        const __m512 b = exp2_rough(_mm512_sub_ps(_mm512_loadu_ps(scores + 16 * i + 16), base));
        total = _mm512_add_ps(total, a);
        second = _mm512_add_ps(second, b);
        _mm512_storeu_si512(weights + 16 * i, pairs(a, b));
    }
    t->total = _mm512_add_ps(total, second);
    for (int64_t i = 0; i < d; i += 16) {
        float* sums = t->sums + i * 16;
        __m512 f[16];
#pragma GCC unroll 16
        for (int m = 0; m < 16; m++) f[m] = _mm512_loadu_ps(sums + 16 * m);
        if (grown) {
#pragma GCC unroll 16
            for (int m = 0; m < 16; m++) f[m] = _mm512_mul_ps(f[m], factor);
        }
        bfloat_sixteen(8 * pages, weights, values + i * CHUNK, f);
#pragma GCC unroll 16
        for (int m = 0; m < 16; m++) _mm512_storeu_ps(sums + 16 * m, f[m]);
    }
}

static void end_tile(const attention* x, int64_t head, const query_tile* t) {
    const __m512i lanes = _mm512_mullo_epi32(
            _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(16));
    float total[16];
    _mm512_storeu_ps(total, t->total);
    for (int m = 0; m < t->count; m++) {
        const int64_t row = (t->at + m) / x->group, h = head * x->group + (t->at + m) % x->group;
        const __m512 inverse = _mm512_set1_ps(1 / total[m]);
        for (int64_t i = 0; i < x->d; i += 16) {
            const __m512 sum = _mm512_i32gather_ps(lanes, t->sums + i * 16 + m, 4);
            _mm512_storeu_ps(x->out + row * x->out_stride + h * x->d + i, _mm512_mul_ps(sum, inverse));
        }
    }
}

// As mokha_attend, but sinks meet the queries of all. `scratch` has room for 2 · 2 · CHUNK · d + 6 · 16 · CHUNK bytes, and for each 16 queries of a key
// head sizeof(query_tile), at most 2,048, and 96 · d bytes.
EXPORT void mokha_attend_bfloat(
        int kv, const uint8_t* pool, int64_t block_bytes, int64_t head_bytes, const int32_t* table, const float* q,
        int64_t q_stride, float* out, int64_t out_stride, int64_t rows, int64_t position, int64_t d, int64_t group,
        int64_t from, int64_t to, int64_t window, int64_t sinks, float scale, uint8_t* scratch) {
    const attention x = {pool, block_bytes, head_bytes, table, q, q_stride, out, out_stride, position, d, group, window,
            sinks, q, scale};
    uint16_t* keys = (uint16_t*)scratch;
    uint16_t* values = keys + CHUNK * d;
    float* scores = (float*)(values + CHUNK * d);
    uint16_t* weights = (uint16_t*)(scores + 16 * CHUNK);
    uint8_t* rest = (uint8_t*)(weights + 16 * CHUNK);
    const int64_t tiles = (rows * group + 15) / 16, last = position + rows - 1;
    const int64_t each = 2048 + 96 * d;
    for (int64_t head = from; head < to; head++) {
        for (int64_t n = 0; n < tiles; n++) {
            query_tile* t = (query_tile*)(rest + n * each);
            t->at = 16 * n;
            t->count = least_of(16, rows * group - 16 * n);
            t->sums = (float*)(rest + n * each + 2048);
            t->queries = (uint16_t*)(t->sums + 16 * d);
            begin_tile(&x, head, t);
        }
        const int64_t begin = window > 0 && position >= window ? position - window + 1 : 0;
        for (int64_t chunk = 0; chunk <= last; chunk += CHUNK) {
            if (chunk + CHUNK <= begin && chunk >= sinks) {
                chunk = begin / CHUNK * CHUNK - CHUNK; // nothing to see before the window
                continue;
            }
            const int64_t positions = least_of(CHUNK, last + 1 - chunk), pages = (positions + 15) / 16;
            for (int64_t p = 0; p < pages; p++) {
                const int32_t block = table[chunk / 16 + p];
                PAGE_KERNELS[kv](&x, head, block, p, least_of(16, positions - 16 * p), keys, values);
            }
            for (int64_t n = 0; n < tiles; n++) {
                query_tile* t = (query_tile*)(rest + n * each);
                if (chunk > t->last) continue;
                const int64_t needed = least_of(pages, (t->last - chunk) / 16 + 1);
                bfloat_chunk(&x, t, chunk, needed, keys, values, scores, weights);
            }
        }
        for (int64_t n = 0; n < tiles; n++) end_tile(&x, head, (query_tile*)(rest + n * each));
    }
}

// Reads memory as fast as can be.
EXPORT int64_t mokha_sum(const uint8_t* p, int64_t bytes) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (int64_t i = 0; i + 256 <= bytes; i += 256) {
        a = _mm512_add_epi64(a, _mm512_loadu_si512(p + i));
        b = _mm512_add_epi64(b, _mm512_loadu_si512(p + i + 64));
        c = _mm512_add_epi64(c, _mm512_loadu_si512(p + i + 128));
        d = _mm512_add_epi64(d, _mm512_loadu_si512(p + i + 192));
    }
    return _mm512_reduce_add_epi64(_mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(c, d)));
}

// 1 where this machine has what the kernels need.
EXPORT int mokha_runs_here(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
            && __builtin_cpu_supports("avx512bf16");
}

// What this was compiled from.
EXPORT const char* mokha_source(void) { return SOURCE; }
