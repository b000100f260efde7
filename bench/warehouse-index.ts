// Look-ups in sorted keys by the learned index, beside binary search and a tree in Eytzinger's order of
// our own: one after the other (each waits for the one before) and in batches (misses overlap), half of
// the queries keys that are there, half keys beside them that are not; CPU time, interleaved rounds.
//
//   npm run -s bench -- warehouse-index [--keys 10000000] [--queries 262144] [--rounds 5] [--seed 1]
//     [--only "ids in clusters with gaps"] [--data DIR]
//
// With --data the keys are the columns of numbers of the folder's CSV, Parquet and .f64 files.
import { createRandom, type Random } from '../src/core/random/random.ts'
import { structures } from '../src/learn/index.ts'
import { argument, cpuSeconds, median, printFigure, rounded } from './figure.ts'
import { DISTRIBUTIONS } from './warehouse-index/distributions.ts'
import { keyColumnsOf, orExplain } from './warehouse-sort/key-files.ts'

const SEED = argument('seed', '1')
const KEYS = Number(argument('keys', '10000000'))
const QUERIES = Number(argument('queries', '262144'))
const ROUNDS = Number(argument('rounds', '5'))
const ONLY = argument('only', '')
const FOLDER = argument('data', '')
const TARGET = { binary: 0.45, tree: 0.75, bytes: 8 * 2 ** 20 }

/** Every second one is a key, the others lie between a key and the next. */
function queriesFor(keys: Float64Array, random: Random): Float64Array {
  return Float64Array.from({ length: QUERIES }, (_, i) => {
    const at = random.int(keys.length - 1)
    return i % 2 === 0 ? keys[at]! : keys[at]! + (keys[at + 1]! - keys[at]!) * random.next()
  })
}

function nanoseconds(find: (queries: Float64Array) => Uint32Array, queries: Float64Array): number {
  const since = process.cpuUsage()
  find(queries)
  return (1e9 * cpuSeconds(since)) / queries.length
}

function sameAnswers(a: Uint32Array, b: Uint32Array): void {
  const at = a.findIndex((place, i) => place !== b[i])
  if (at >= 0) throw new Error(`query ${at} is found at ${a[at]} and at ${b[at]}`)
}

function measure(name: string, keys: Float64Array, random: Random): void {
  structures.sortFloat64(keys)
  const since = process.cpuUsage()
  const learned = structures.indexSorted(keys)
  const buildMs = 1000 * cpuSeconds(since)
  const binary = structures.indexSorted(keys, { kind: 'binary' })
  const tree = structures.indexSorted(keys, { kind: 'tree' })
  const queries = queriesFor(keys, random)
  for (const other of [learned, tree])
    sameAnswers(other.lowerBounds(queries), binary.lowerBounds(queries))
  for (const way of ['chained', 'lowerBounds'] as const) {
    // The first round warms up.
    const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
      ours: nanoseconds(learned[way], queries),
      binary: nanoseconds(binary[way], queries),
      tree: nanoseconds(tree[way], queries),
    })).slice(1)
    report(name, way, rounds, learned, buildMs)
  }
}

interface Round {
  readonly ours: number
  readonly binary: number
  readonly tree: number
}

function report(
  name: string,
  way: 'chained' | 'lowerBounds',
  rounds: readonly Round[],
  learned: structures.SortedIndex,
  buildMs: number,
): void {
  const ofBinary = median(rounds.map(({ ours, binary }) => ours / binary))
  const ofTree = median(rounds.map(({ ours, tree }) => ours / tree))
  const ours = rounds.map((round) => round.ours)
  const isMet = ofBinary <= TARGET.binary && ofTree <= TARGET.tree
  printFigure({
    figure: 'warehouse-index',
    value: rounded(median(ours), 3),
    unit: `CPU ns a look-up, ${way === 'chained' ? 'one after the other' : 'in batches'}; ${rounded(ofBinary, 3)} of binary search (${rounded(median(rounds.map(({ binary }) => binary)), 3)} ns), ${rounded(ofTree, 3)} of Eytzinger (${rounded(median(rounds.map(({ tree }) => tree)), 3)} ns); ${learned.kind === learned.batchKind ? learned.kind : `${learned.kind} singly, ${learned.batchKind} in batches`}, ${rounded(learned.modelBytes / 2 ** 20, 2)} MB, a guess at most ${learned.error} places off, built in ${Math.round(buildMs)} CPU ms`,
    interval: [rounded(Math.min(...ours), 3), rounded(Math.max(...ours), 3)],
    target: `≤ ${TARGET.binary} of binary search, ≤ ${TARGET.tree} of Eytzinger, ≤ 8 MB`,
    met: isMet && learned.modelBytes <= TARGET.bytes,
    data: `${FOLDER === '' ? 'generated' : 'given'}: ${name}, ${learned.size} keys, ${QUERIES} queries, ${ROUNDS} rounds`,
    seed: SEED,
  })
}

function measureGenerated(): void {
  for (const [name, fill] of Object.entries(DISTRIBUTIONS)) {
    if (ONLY !== '' && name !== ONLY) continue
    const random = createRandom(`${SEED} ${name}`)
    const keys = new Float64Array(KEYS)
    fill(keys, random)
    measure(name, keys, random)
  }
}

await orExplain(async () => {
  if (FOLDER === '') return measureGenerated()
  for (const { name, values } of await keyColumnsOf(FOLDER)) {
    if (ONLY === '' || name === ONLY) measure(name, values, createRandom(`${SEED} ${name}`))
  }
})
