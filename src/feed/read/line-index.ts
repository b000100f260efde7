/** Maps the n-th record of a file (0-based, header not counted) to the line it starts on (1-based). */
export interface LineIndex {
  /** Tells where the next record starts; records come in order. */
  push(line: number): void
  /** Records so far. */
  readonly count: number
  lineOf(record: number): number
}

/**
 * Most files have one record a line, so that the distance line − record never changes: only the
 * records at which it does are kept (quoted line breaks, blank lines, left-out records).
 */
export function createLineIndex(): LineIndex {
  const atRecord: number[] = []
  const distance: number[] = []
  let count = 0
  return {
    get count() {
      return count
    },
    push(line) {
      if (distance.length === 0 || distance[distance.length - 1] !== line - count) {
        atRecord.push(count)
        distance.push(line - count)
      }
      count++
    },
    lineOf(record) {
      let low = 0
      let high = atRecord.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (atRecord[middle]! <= record) low = middle
        else high = middle - 1
      }
      return record + (distance[low] ?? 1)
    },
  }
}
