// Dilated causal convolutions as products over all taps at once: row t takes its operands from rows
// t − shift, which lie a fixed distance apart. Near the border some taps have no row; stretches of
// rows with the same number of taps go together.
//
//   x   ─┬──┬──┬──┬──┬──┬──        width 2, dilation 2:
//        │  │  ╲  ╲  ╲  ╲          y0, y1 have one tap,
//   y   ─┴──┴──┴──┴──┴──┴──        the rest two.

import { product, productLeftTransposed } from './matrix'
import { address } from './vector'
import { blocksOf, winogradRows, winogradWeights } from './winograd'

/** Narrower ones lose more by the transformations than they save. */
const WINOGRAD_WIDTH: i32 = 16

// @ts-ignore: decorator
@inline
function suitsWinograd(work: i32, time: i32, channels: i32, filters: i32, width: i32, dilation: i32): bool {
  const wide = min(channels, filters) >= WINOGRAD_WIDTH && ((channels | filters) & 3) == 0
  return work >= 0 && width == 3 && wide && blocksOf(time, dilation) > 0
}

export function convForward(
  x: i32,
  w: i32,
  bias: i32,
  y: i32,
  samples: i32,
  time: i32,
  channels: i32,
  filters: i32,
  width: i32,
  dilation: i32,
  work: i32,
): void {
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  const start = bias < 0 ? 0 : address(bias)
  // Rows from here on go the direct way.
  let rest = 0
  if (suitsWinograd(work, time, channels, filters, width, dilation)) {
    winogradRows(address(x), address(w), start, address(y), address(work), samples, time, channels,
      filters, dilation, false, false)
    rest = 2 * dilation * blocksOf(time, dilation)
  }
  for (let s = 0; s < samples; s++) {
    for (let taps = 1; taps <= width; taps++) {
      const first = max(rest, (taps - 1) * dilation)
      const end = taps == width ? time : min(time, taps * dilation)
      if (first >= end) continue
      // The oldest of these taps reads so many rows before.
      const a = address(x + (s * time + first - (taps - 1) * dilation) * channels)
      const b = address(w + (width - taps) * channels * filters)
      const c = address(y + (s * time + first) * filters)
      const apart = <usize>(dilation * channels) << 2
      product(a, lda, apart, taps, b, ldb, c, ldb, end - first, filters, channels, start, false)
    }
  }
}

export function convInput(
  dy: i32,
  wT: i32,
  dx: i32,
  _unused: i32,
  samples: i32,
  time: i32,
  channels: i32,
  filters: i32,
  width: i32,
  dilation: i32,
  work: i32,
): void {
  const lda = <usize>filters << 2
  const ldb = <usize>channels << 2
  // Rows below this one go the direct way.
  let rest = time
  if (suitsWinograd(work, time, channels, filters, width, dilation)) {
    winogradRows(address(dy), address(wT), 0, address(dx), address(work), samples, time, filters,
      channels, dilation, true, true)
    rest = time - 2 * dilation * blocksOf(time, dilation)
  }
  for (let s = 0; s < samples; s++) {
    for (let taps = 1; taps <= width; taps++) {
      // Rows whose furthest future that still exists is taps − 1 dilations away.
      const end = min(rest, time - (taps - 1) * dilation)
      const first = taps == width ? 0 : max(0, time - taps * dilation)
      if (first >= end) continue
      const a = address(dy + (s * time + first + (taps - 1) * dilation) * filters)
      const b = address(wT + (width - taps) * channels * filters)
      const c = address(dx + (s * time + first) * channels)
      const apart = <usize>(-dilation * filters) << 2
      product(a, lda, apart, taps, b, ldb, c, ldb, end - first, channels, filters, 0, true)
    }
  }
}

export function convWeights(
  x: i32,
  dy: i32,
  dw: i32,
  _unused: i32,
  samples: i32,
  time: i32,
  channels: i32,
  filters: i32,
  width: i32,
  dilation: i32,
  work: i32,
): void {
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  // Results from this row on go the direct way.
  let rest = 0
  if (suitsWinograd(work, time, channels, filters, width, dilation)) {
    winogradWeights(address(x), address(dy), address(dw), address(work), samples, time, channels,
      filters, dilation)
    rest = 2 * dilation * blocksOf(time, dilation)
  }
  for (let s = 0; s < samples; s++) {
    for (let j = 0; j < width; j++) {
      const shift = (width - 1 - j) * dilation
      const first = max(rest, shift)
      if (first >= time) continue
      const a = address(x + (s * time + first - shift) * channels)
      const b = address(dy + (s * time + first) * filters)
      const c = address(dw + j * channels * filters)
      productLeftTransposed(a, lda, b, ldb, c, ldb, channels, filters, time - first)
    }
  }
}
