#pragma once
#include <stdint.h>

/// Where a block's old codes lie among its new ones, for block types of at most 16 codes: docs/formats/delta.md states it.

/// How finely places are told; the first three numbers are binary logarithms.
typedef struct {
    /// The parts of a code.
    int part_bits;
    /// The classes of a code at either end of the range, and the parts that each of them spans.
    int end_bits;
    int end_width_bits;
    /// The first class of the codes at the ends.
    int end_start;
    /// The least code that is written, and the last one.
    int first_code;
    int last_code;
} ck_place_grid;

/// What becomes of each of 16 codes: its place, a context apart from the noise, and its floor, what new codes are counted
/// from.
typedef struct {
    uint8_t places[16];
    uint8_t floors[16];
} ck_placed_codes;

/// Finds them where code c lies at slope · c + shift, in 4096ths of a new code, which must fit 32 bits.
void ck_place_codes(const ck_place_grid *_Nonnull grid, int32_t slope, int32_t shift, ck_placed_codes *_Nonnull placed);

/// For each of `count` codes below 16, a multiple of 16 of them: its table, contexts[noise + place], and its floor.
///
/// Noises are the first contexts of each element's noise, 0 or more.
void ck_look_up_codes(
    const ck_placed_codes *_Nonnull placed, const uint8_t *_Nonnull codes, int count, const int16_t *_Nonnull noises,
    const uint16_t *_Nonnull contexts, uint16_t *_Nonnull tables, uint8_t *_Nonnull floors);

/// The same in portable C, whatever the CPU can do.
void ck_place_codes_portable(
    const ck_place_grid *_Nonnull grid, int32_t slope, int32_t shift, ck_placed_codes *_Nonnull placed);
void ck_look_up_codes_portable(
    const ck_placed_codes *_Nonnull placed, const uint8_t *_Nonnull codes, int count, const int16_t *_Nonnull noises,
    const uint16_t *_Nonnull contexts, uint16_t *_Nonnull tables, uint8_t *_Nonnull floors);
