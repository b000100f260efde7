import type { Panel } from '../../../core/panel.ts'
import { type nets, text } from '../../../learn/index.ts'

/** Buckets of the n-grams, and most grams of a text. */
const WORD_BUCKETS = 2048
const WORD_LENGTH = 48
/** A category with more values than this share of the series names single series: nothing to share. */
const LARGEST_DICTIONARY = 0.5
const LARGEST = 4

type Statics = Pick<nets.SeriesSet, 'categories' | 'numbers' | 'words'>

/** Attributes of the series as a net reads them; missing ones have a code of their own, or zero. */
export function staticColumns(panel: Panel): Statics {
  const columns = Object.values(panel.statics ?? {})
  const categories: nets.CategoryColumn[] = []
  const numbers: Float64Array[] = []
  const texts: (readonly string[])[] = []
  for (const column of columns) {
    if (column.kind === 'text') texts.push(column.texts)
    else if (column.kind === 'number') numbers.push(standardized(column.values))
    else if (column.dictionary.length <= LARGEST_DICTIONARY * panel.ids.length) {
      const codes = column.codes.map((code) => code + 1)
      categories.push({ rows: column.dictionary.length + 1, codes })
    }
  }
  const words = wordColumns(panel.ids.length, texts)
  return {
    ...(categories.length > 0 ? { categories } : {}),
    ...(numbers.length > 0 ? { numbers: interleaved(numbers) } : {}),
    ...(words === undefined ? {} : { words }),
  }
}

function standardized(values: Float64Array): Float64Array {
  let [sum, squares, count] = [0, 0, 0]
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    sum += x
    squares += x * x
    count++
  }
  const mean = count > 0 ? sum / count : 0
  const deviation = count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0
  return values.map((x) =>
    Number.isFinite(x) && deviation > 0
      ? Math.max(-LARGEST, Math.min(LARGEST, (x - mean) / deviation))
      : 0,
  )
}

function interleaved(columns: readonly Float64Array[]): { width: number; values: Float64Array } {
  const width = columns.length
  const values = new Float64Array(columns[0]!.length * width)
  columns.forEach((column, c) => {
    column.forEach((value, i) => {
      values[i * width + c] = value
    })
  })
  return { width, values }
}

function wordColumns(
  count: number,
  texts: readonly (readonly string[])[],
): nets.WordColumns | undefined {
  if (texts.length === 0) return undefined
  const indices = new Int32Array(count * WORD_LENGTH).fill(-1)
  for (let i = 0; i < count; i++) {
    const grams = text.hashedNgrams(texts.map((column) => column[i]!).join(' '), WORD_BUCKETS)
    // Of a longer text, grams spread evenly over the buckets: a hash, so a fair sample.
    const kept = Math.min(grams.length, WORD_LENGTH)
    for (let k = 0; k < kept; k++) {
      indices[i * WORD_LENGTH + k] = grams[Math.floor((k * grams.length) / kept)]!
    }
  }
  return { buckets: WORD_BUCKETS, length: WORD_LENGTH, indices }
}
