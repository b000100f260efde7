import type { Random } from '../../core/random/random.ts'

/** A good choice of sites, kept to be combined with others. */
export interface Elite {
  readonly isOpen: Uint8Array
  readonly value: number
}

/** Few good choices that differ from each other, best first. */
export interface Elites {
  readonly list: Elite[]
  readonly size: number
}

/** A pool for `size` choices. */
export function createElites(size: number): Elites {
  return { list: [], size }
}

/** Sites open in one and closed in the other, counted once a pair. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  let count = 0
  for (let j = 0; j < a.length; j++) if (a[j] === 1 && b[j] === 0) count++
  return count
}

/** How many sites two elites differ in at least. */
const LEAST_DIFFERENCE = 2

/**
 * Takes a choice in where it is better than the worst and unlike all better ones; it takes the
 * place of the likest of those that are no better, as in Resende and Werneck (2004).
 */
export function admit(elites: Elites, isOpen: Uint8Array, value: number): boolean {
  const { list, size } = elites
  const full = list.length >= size
  if (full && value >= list[list.length - 1]!.value) return false
  const alike = list.some(
    (elite) => elite.value <= value && difference(elite.isOpen, isOpen) < LEAST_DIFFERENCE,
  )
  if (alike) return false
  const worse = list.filter((elite) => elite.value >= value)
  const likest = worse.reduce<Elite | undefined>(
    (one, elite) =>
      one && difference(one.isOpen, isOpen) <= difference(elite.isOpen, isOpen) ? one : elite,
    undefined,
  )
  if (likest && (full || difference(likest.isOpen, isOpen) < LEAST_DIFFERENCE)) {
    list.splice(list.indexOf(likest), 1)
  }
  list.push({ isOpen: isOpen.slice(), value })
  list.sort((a, b) => a.value - b.value)
  return true
}

/** Draws an elite, those that differ more from `isOpen` more often; undefined where none differs by 2. */
export function drawPartner(elites: Elites, isOpen: Uint8Array, random: Random): Elite | undefined {
  const weights = elites.list.map((elite) => {
    const differs = difference(elite.isOpen, isOpen)
    return differs < 2 ? 0 : differs
  })
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  return elites.list.find((_, e) => {
    left -= weights[e]!
    return weights[e]! > 0 && left < 0
  })
}
