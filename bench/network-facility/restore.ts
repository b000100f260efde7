/**
 * Some copies of the large files of OR-Library went through a replacement of text: every '300' reads
 * '1000', in costs too (33002.10 became 310002.10). Their published optima are those of the
 * originals. This puts the costs back where a file shows that damage: '300' stands nowhere among a
 * hundred thousand numbers, which chance does not do.
 *
 * Decimals tell part of it (the originals have five, a damaged fraction has six). In whole parts the
 * two readings differ by a factor of three or more, and customers near each other have like costs
 * per unit: the reading nearer to those of the three nearest customers is taken.
 */

/** Fewer numbers than this prove nothing by the absence of '300'. */
const ENOUGH_NUMBERS = 50_000
const DECIMALS = 5
const NEIGHBOURS = 3
/** By how much (in the logarithm) '1000' must fit better to be believed: few are genuine. */
const PRIOR = 0.3

/** Whether `text` shows the damage. */
export function isDamaged(text: string, numbers: number): boolean {
  return numbers >= ENOUGH_NUMBERS && !text.includes('300')
}

/** Costs put back, and how many were changed. `words[j]` are those of customer `j` as written. */
export function restoreCosts(
  words: readonly (readonly string[])[],
  demand: Float64Array,
): { costs: number[][]; changed: number } {
  const fractions = words.map((row) => row.map(restoreFraction))
  const suspect = fractions.map((row) => row.map((word) => word.split('.')[0]!.includes('1000')))
  const units = fractions.map((row, j) => row.map((word) => Number(word) / demand[j]!))
  let changed = 0
  const costs = fractions.map((row, j) => {
    const near = suspect[j]!.some(Boolean) ? nearest(units, suspect, j) : []
    return row.map((word, i) => {
      const restored = suspect[j]![i]! ? likelier(word, demand[j]!, near, units, i) : word
      if (restored !== words[j]![i]) changed++
      return Number(restored)
    })
  })
  return { costs, changed }
}

/** Fixed costs as written: the reading nearer to the middle of those that are not in doubt. */
export function restoreFixed(words: readonly string[]): Float64Array {
  const clear = words.filter((word) => !word.includes('1000')).map(Number)
  const middle = clear.sort((a, b) => a - b)[clear.length >> 1] ?? 0
  const off = (word: string) => Math.abs(Math.log(Number(word) / middle))
  return Float64Array.from(words, (word) => {
    const other = word.replace('1000', '300')
    return Number(off(word) < off(other) ? word : other)
  })
}

function restoreFraction(word: string): string {
  const [whole, fraction = ''] = word.split('.')
  if (fraction.length <= DECIMALS) return word
  return `${whole}.${fraction.replace('1000', '300')}`
}

function likelier(
  word: string,
  demand: number,
  near: readonly number[],
  units: readonly (readonly number[])[],
  site: number,
): string {
  const [whole, fraction] = word.split('.')
  const other = `${whole!.replace('1000', '300')}.${fraction}`
  const expected = near.reduce((sum, j) => sum + units[j]![site]!, 0) / near.length
  const off = (text: string) => Math.abs(Math.log(Number(text) / demand / expected))
  return off(word) + PRIOR < off(other) ? word : other
}

/** Customers without a doubtful cost whose costs per unit are most like those of customer `j`. */
function nearest(
  units: readonly (readonly number[])[],
  suspect: readonly (readonly boolean[])[],
  j: number,
): number[] {
  const clear = [...units[j]!.keys()].filter((i) => !suspect[j]![i])
  return [...units.keys()]
    .filter((q) => q !== j && !suspect[q]!.some(Boolean))
    .map((q) => ({
      q,
      far: clear.reduce((sum, i) => sum + Math.abs(units[q]![i]! - units[j]![i]!), 0),
    }))
    .sort((a, b) => a.far - b.far)
    .slice(0, NEIGHBOURS)
    .map(({ q }) => q)
}
