// The learned sort beside the engine's sort and our own radix, on every type of key and three sizes:
// interleaved rounds, CPU time, each round on a fresh copy of the same values. Which way runs first moves
// on round by round, because who comes first meets other caches; a control, the baseline's own sort once
// more a round, shows how far apart equal sorts come out. Keys with rows stand beside the engine's sort of
// row numbers with a comparison, up to a million; beyond, beside radix.
//
//   npm run -s bench -- warehouse-sort [--rounds 5] [--seed 1] [--sizes 10000000,1000000,100000] [--type Float64]
//     [--data DIR]
//
// With --data the keys are the columns of numbers of the folder's CSV, Parquet and .f64 files: as floats,
// and those that are whole numbers as these too.
import { structures } from '../src/learn/index.ts'
import { argument, cpuSeconds, median, printFigure, rounded } from './figure.ts'
import { COLUMNS, type Column, columnsOfGiven } from './warehouse-sort/columns.ts'
import { keyColumnsOf, orExplain } from './warehouse-sort/key-files.ts'

const SEED = argument('seed', '1')
const ROUNDS = Number(argument('rounds', '5'))
const SIZES = argument('sizes', '10000000,1000000,100000').split(',').map(Number)
const TYPE = argument('type', '')
const FOLDER = argument('data', '')
/** A comparison for each step takes ten seconds for ten million rows. */
const MOST_COMPARED = 1_000_000

type Sort = (keys: structures.Keys, rows: Uint32Array | undefined) => void

const byWay =
  (way: structures.Way): Sort =>
  (keys, rows) =>
    structures.sortColumns(keys, rows, way)

function byEngine(keys: structures.Keys, rows: Uint32Array | undefined): void {
  if (rows === undefined) keys.sort()
  else rows.sort((a, b) => Number(keys[a]!) - Number(keys[b]!))
}

function milliseconds(keys: structures.Keys, hasPayload: boolean, sort: Sort): number {
  const copy = keys.slice()
  const rows = hasPayload ? Uint32Array.from({ length: keys.length }, (_, i) => i) : undefined
  const since = process.cpuUsage()
  sort(copy, rows)
  const spent = 1000 * cpuSeconds(since)
  for (let i = 1; i < copy.length; i++) {
    if (rows === undefined && copy[i - 1]! > copy[i]!) throw new Error(`place ${i} is out of order`)
    if (rows !== undefined && keys[rows[i - 1]!]! > keys[rows[i]!]!) throw new Error(`row ${i}`)
  }
  return spent
}

/** CPU milliseconds of each way, in an order that moves on by one. */
function roundOf(ways: readonly (() => number)[], round: number): readonly number[] {
  const spent: number[] = []
  for (let i = 0; i < ways.length; i++) {
    const at = (i + round) % ways.length
    spent[at] = ways[at]!()
  }
  return spent
}

function measure(column: Column, size: number): void {
  const { hasPayload, timesEngine, timesRadix } = column
  const keys = column.keys(SEED, size)
  const rows = hasPayload ? new Uint32Array(keys.length) : undefined
  const method = structures.sortColumns(keys.slice(), rows, 'choose')
  const hasEngine = !hasPayload || size <= MOST_COMPARED
  const timed = (sort: Sort) => () => milliseconds(keys, hasPayload, sort)
  const baseline = hasEngine ? byEngine : byWay('radix')
  const ways = [byWay('choose'), baseline, byWay('radix'), baseline].map(timed)
  // The first round warms up.
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => roundOf(ways, round)).slice(1)
  const faster = rounds.map(([ours, base]) => base! / ours!)
  const control = rounds.map(([, base, , again]) => again! / base!)
  const overRadix = median(rounds.map(([ours, , radix]) => radix! / ours!))
  const value = median(faster)
  const radixTarget = timesRadix === undefined ? '' : `, ≥ ${timesRadix} × our radix`
  const target = hasEngine ? `≥ ${timesEngine} × the engine${radixTarget}` : '≥ 1 × our radix'
  const time = rounded(median(rounds.map(([ours]) => ours!)), 3)
  printFigure({
    figure: 'warehouse-sort',
    value: rounded(value, 3),
    unit: `times faster than ${hasEngine ? 'the engine' : 'our radix'}; ${rounded(overRadix, 3)} times our radix; ${time} CPU ms, copies in and out of the kernel counted; the same sort against itself ${rounded(median(control), 3)} (${rounded(Math.min(...control), 3)} … ${rounded(Math.max(...control), 3)})`,
    interval: [rounded(Math.min(...faster), 3), rounded(Math.max(...faster), 3)],
    baseline: rounded(median(rounds.map(([, base]) => base!)), 4),
    ...(size >= 10_000_000
      ? { target, met: value >= timesEngine && overRadix >= (timesRadix ?? 0) }
      : { target: `never slower; ${target} at 10 M`, met: value >= 1 }),
    data: `${FOLDER === '' ? 'generated' : 'given'}: ${column.type}, ${column.name}, ${size} values, by ${method}, ${ROUNDS} rounds`,
    seed: SEED,
  })
}

function measureGenerated(): void {
  for (const size of SIZES) {
    for (const column of COLUMNS) {
      if (TYPE === '' || column.type === TYPE) measure(column, size)
    }
  }
}

await orExplain(async () => {
  if (FOLDER === '') return measureGenerated()
  for (const { name, values } of await keyColumnsOf(FOLDER)) {
    for (const column of columnsOfGiven(name, values)) {
      if (TYPE === '' || column.type === TYPE) measure(column, values.length)
    }
  }
})
