/** Whether statements of a template keep ending by default, so that not each of them is weighed. */
export interface Calm {
  /** What the default gets of a statement that need not be weighed, CPU ms; undefined: weigh it. */
  unweighed(): number | undefined
  /** One that was weighed got this limit and ended within. */
  ended(limitMs: number): void
  /** One was stopped or asked otherwise. */
  broken(): void
}

/** So many in a row are weighed first; then one more goes unweighed after each that is. */
const FIRST_WEIGHED = 4
/** At most so many of these follow each other. */
const MOST_UNWEIGHED = 8

/**
 * Weighing the ways of a statement tries its filters on samples, which takes about as much as planning a
 * short join. What goes unweighed is still stopped, at the least limit of those in the row: it costs no
 * more than that beside the better way.
 */
export function createCalm(): Calm {
  let row = 0
  let limit = Infinity
  let left = 0
  return {
    unweighed() {
      if (left === 0) return undefined
      left--
      return limit
    },
    ended(limitMs) {
      row++
      limit = Math.min(limit, limitMs)
      left = Math.max(0, Math.min(MOST_UNWEIGHED, row - FIRST_WEIGHED))
    },
    broken() {
      row = 0
      limit = Infinity
      left = 0
    },
  }
}
