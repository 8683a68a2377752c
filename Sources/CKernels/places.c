#include "Places.h"

static int32_t held(int32_t value, int32_t low, int32_t high) { return value < low ? low : value > high ? high : value; }

/// In which part of which code a position lies; -1 code to one behind the last.
static int32_t part_of(const ck_place_grid *grid, int32_t position) {
    const int32_t parts = 1 << grid->part_bits;
    return held(position >> (12 - grid->part_bits), -parts, (grid->last_code + 1) * parts - 1);
}

/// Codes at the ends of the range are their own floors, and tell how far they moved.
static void place_end(const ck_place_grid *grid, int32_t slope, int32_t shift, int code, ck_placed_codes *placed) {
    const int32_t half = 1 << (grid->end_bits - 1);
    const int32_t moved = part_of(grid, slope * code + shift) - code * (1 << grid->part_bits);
    const int32_t class = held(moved >> grid->end_width_bits, -half, half - 1) + half;
    placed->places[code] = (uint8_t)(grid->end_start + (code == grid->last_code ? 2 * half : 0) + class);
    placed->floors[code] = (uint8_t)code;
}

void ck_place_codes_portable(const ck_place_grid *grid, int32_t slope, int32_t shift, ck_placed_codes *placed) {
    const int32_t parts = 1 << grid->part_bits;
    for (int code = 0; code < 16; code++) {
        const int32_t part = part_of(grid, slope * code + shift);
        // With so few codes every floor has a class of its own, one behind the other.
        placed->places[code] = (uint8_t)(part + parts);
        placed->floors[code] = (uint8_t)(part >> grid->part_bits);
    }
    place_end(grid, slope, shift, grid->first_code, placed);
    place_end(grid, slope, shift, grid->last_code, placed);
}

void ck_look_up_codes_portable(
    const ck_placed_codes *placed, const uint8_t *codes, int count, const int16_t *noises, const uint16_t *contexts,
    uint16_t *tables, uint8_t *floors) {
    for (int i = 0; i < count; i++) {
        tables[i] = contexts[noises[i] + placed->places[codes[i]]];
        floors[i] = placed->floors[codes[i]];
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static void place_codes_avx2(const ck_place_grid *grid, int32_t slope, int32_t shift, ck_placed_codes *placed) {
    const int32_t parts = 1 << grid->part_bits;
    const __m256i low = _mm256_set1_epi32(-parts), high = _mm256_set1_epi32((grid->last_code + 1) * parts - 1);
    const __m128i to_part = _mm_cvtsi32_si128(12 - grid->part_bits), to_floor = _mm_cvtsi32_si128(grid->part_bits);
    const __m256i step = _mm256_set1_epi32(slope), start = _mm256_set1_epi32(shift);
    __m256i place[2], floor[2];
    for (int i = 0; i < 2; i++) {
        const __m256i codes = _mm256_add_epi32(_mm256_set1_epi32(8 * i), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
        const __m256i position = _mm256_add_epi32(_mm256_mullo_epi32(codes, step), start);
        const __m256i part =
            _mm256_min_epi32(_mm256_max_epi32(_mm256_sra_epi32(position, to_part), low), high);
        place[i] = _mm256_sub_epi32(part, low);
        floor[i] = _mm256_and_si256(_mm256_sra_epi32(part, to_floor), _mm256_set1_epi32(255));
    }
    // Both halves of each register hold four codes of either eight; the permutation puts the fours in order.
    const __m256i places = _mm256_packus_epi32(place[0], place[1]), bottoms = _mm256_packus_epi32(floor[0], floor[1]);
    const __m256i bytes =
        _mm256_permutevar8x32_epi32(_mm256_packus_epi16(places, bottoms), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    _mm256_storeu_si256((__m256i *)(void *)placed, bytes);
    place_end(grid, slope, shift, grid->first_code, placed);
    place_end(grid, slope, shift, grid->last_code, placed);
}

AVX2 static void look_up_codes_avx2(
    const ck_placed_codes *placed, const uint8_t *codes, int count, const int16_t *noises, const uint16_t *contexts,
    uint16_t *tables, uint8_t *floors) {
    const __m128i places = _mm_loadu_si128((const __m128i *)(const void *)placed->places);
    const __m128i bottoms = _mm_loadu_si128((const __m128i *)(const void *)placed->floors);
    for (int i = 0; i < count; i += 16) {
        const __m128i code = _mm_loadu_si128((const __m128i *)(const void *)(codes + i));
        _mm_storeu_si128((__m128i *)(void *)(floors + i), _mm_shuffle_epi8(bottoms, code));
        const __m256i place = _mm256_cvtepu8_epi16(_mm_shuffle_epi8(places, code));
        const __m256i noise = _mm256_loadu_si256((const __m256i *)(const void *)(noises + i));
        uint16_t found[16];
        _mm256_storeu_si256((__m256i *)(void *)found, _mm256_add_epi16(noise, place));
        for (int j = 0; j < 16; j++) tables[i + j] = contexts[found[j]];
    }
}
#endif

// The processor is asked at every call, which costs a load.

void ck_place_codes(const ck_place_grid *grid, int32_t slope, int32_t shift, ck_placed_codes *placed) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return place_codes_avx2(grid, slope, shift, placed);
#endif
    ck_place_codes_portable(grid, slope, shift, placed);
}

void ck_look_up_codes(
    const ck_placed_codes *placed, const uint8_t *codes, int count, const int16_t *noises, const uint16_t *contexts,
    uint16_t *tables, uint8_t *floors) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return look_up_codes_avx2(placed, codes, count, noises, contexts, tables, floors);
#endif
    ck_look_up_codes_portable(placed, codes, count, noises, contexts, tables, floors);
}
