// Dilated causal convolutions as products over all taps at once: row t takes its operands from rows
// t − shift, which lie a fixed distance apart. Near the border some taps have no row; stretches of
// rows with the same number of taps go together.
//
//   x   ─┬──┬──┬──┬──┬──┬──        width 2, dilation 2:
//        │  │  ╲  ╲  ╲  ╲          y0, y1 have one tap,
//   y   ─┴──┴──┴──┴──┴──┴──        the rest two.

import { product, productLeftTransposed } from './matrix'
import { address } from './vector'

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
): void {
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  const start = bias < 0 ? 0 : address(bias)
  for (let s = 0; s < samples; s++) {
    for (let taps = 1; taps <= width; taps++) {
      const first = (taps - 1) * dilation
      if (first >= time) break
      const end = taps == width ? time : min(time, taps * dilation)
      // The oldest of these taps reads from row 0 on.
      const a = address(x + s * time * channels)
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
): void {
  const lda = <usize>filters << 2
  const ldb = <usize>channels << 2
  for (let s = 0; s < samples; s++) {
    for (let taps = 1; taps <= width; taps++) {
      // Rows whose furthest future that still exists is taps − 1 dilations away.
      const end = time - (taps - 1) * dilation
      if (end <= 0) break
      const first = taps == width ? 0 : max(0, time - taps * dilation)
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
): void {
  const lda = <usize>channels << 2
  const ldb = <usize>filters << 2
  for (let s = 0; s < samples; s++) {
    for (let j = 0; j < width; j++) {
      const shift = (width - 1 - j) * dilation
      if (shift >= time) continue
      const a = address(x + s * time * channels)
      const b = address(dy + (s * time + shift) * filters)
      const c = address(dw + j * channels * filters)
      productLeftTransposed(a, lda, b, ldb, c, ldb, channels, filters, time - shift)
    }
  }
}
