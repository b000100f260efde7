/** The rows to draw: [first, last). */
export interface RowWindow {
  readonly first: number
  readonly last: number
}

/**
 * Which of `total` rows of equal height show in a viewport whose top stands `top` pixels below
 * the top of the grid (negative while the grid is further down), and `overscan` rows around
 * them; never fewer than `overscan`, so that a grid below the fold is not empty.
 */
export function rowWindow(
  top: number,
  viewportHeight: number,
  rowHeight: number,
  total: number,
  overscan: number,
): RowWindow {
  const firstSeen = Math.floor(top / rowHeight)
  const lastSeen = Math.ceil((top + viewportHeight) / rowHeight)
  const first = Math.min(total, Math.max(0, firstSeen - overscan))
  return { first, last: Math.min(total, Math.max(first + overscan, lastSeen + overscan)) }
}

/** The new top that brings row `index` into view, moving as little as possible. */
export function topShowing(
  index: number,
  top: number,
  viewportHeight: number,
  rowHeight: number,
): number {
  const rowTop = index * rowHeight
  if (rowTop < top) return rowTop
  return Math.max(top, rowTop + rowHeight - viewportHeight)
}

/** The row that a key moves to from `active` (−1 = none), or undefined for other keys. */
export function rowAfterKey(
  key: string,
  active: number,
  total: number,
  pageRows: number,
): number | undefined {
  const last = total - 1
  const moves: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active < 0 ? 0 : active - 1,
    PageDown: active + pageRows,
    PageUp: active - pageRows,
    Home: 0,
    End: last,
  }
  const target = moves[key]
  return target === undefined || total === 0 ? undefined : Math.max(0, Math.min(last, target))
}
