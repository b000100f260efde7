/*
 * OR-Library p-median:
 * `npm run bench -- network-p-median --data DIR [--seeds N] [--only pmed1] [--search-only yes]`.
 * DIR holds pmed/pmedN.txt (nodes, edges and p, then edges) and optima.txt (name, value). Without
 * --data, ../shared/data/network.
 *
 * One JSON line an instance. cpuSeconds counts all but reading the file: shortest paths, search and
 * bound; value and cpuSeconds are those of seed 1, run in a process that has solved a small instance
 * before. The search is stopped at 2.7 s where nothing is proven by then. seedsAtOptimum says how
 * many of the seeds (five) reach the optimum, slowestCpuSeconds is the slowest of them. With
 * --search-only the swap search runs its restarts without bound or branching: the baseline.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterSeconds } from '../src/core/optimize/stop.ts'
import { pMedian } from '../src/network/index.ts'
import { allShortestPaths, type Graph } from '../src/network/shortest-paths.ts'
import { argument, cpuSeconds, describeMachine, rounded } from './figure.ts'

const TARGET_SECONDS = 3
/** When the search is told to stop, of the same seconds: a little before. */
const STOP_SECONDS = 2.7

const settings: Record<string, number> =
  argument('search-only', '') === ''
    ? {}
    : { 'network.p-median-bound-rounds': 0, 'network.p-median-nodes': 0 }

interface Instance {
  readonly graph: Graph
  readonly p: number
}

function readInstance(file: string): Instance {
  const numbers = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number)
  const [nodes = 0, edges = 0, p = 0] = numbers
  const column = (offset: number) =>
    Array.from({ length: edges }, (_, e) => numbers[3 + 3 * e + offset]!)
  const from = Int32Array.from(column(0), (node) => node - 1)
  const to = Int32Array.from(column(1), (node) => node - 1)
  return { graph: { nodes, from, to, length: Float64Array.from(column(2)) }, p }
}

function readOptima(file: string): ReadonlyMap<string, number> {
  if (!existsSync(file)) return new Map()
  const rows = readFileSync(file, 'utf8').trim().split('\n')
  return new Map(rows.map((row) => row.trim().split(/\s+/)).map(([n = '', v]) => [n, Number(v)]))
}

function solve({ graph, p }: Instance, seed: number) {
  const start = process.cpuUsage()
  const costs = allShortestPaths(graph)
  const { nodes } = graph
  const stop = afterSeconds(STOP_SECONDS - cpuSeconds(start), cpuSeconds)
  const result = pMedian.solvePMedian(
    { customers: nodes, sites: nodes, p, costs },
    { seed, stop, settings },
  )
  return { result, seconds: cpuSeconds(start) }
}

function measure(
  folder: string,
  name: string,
  optimum: number | undefined,
  seeds: number,
): boolean {
  const instance = readInstance(join(folder, 'pmed', `${name}.txt`))
  const runs = Array.from({ length: seeds }, (_, k) => solve(instance, k + 1))
  const { result, seconds } = runs[0]!
  const atOptimum = runs.filter((run) => run.result.value === optimum).length
  const met = result.value === optimum && seconds <= TARGET_SECONDS
  console.log(
    JSON.stringify({
      figure: 'network-p-median',
      instance: name,
      value: result.value,
      optimum: optimum ?? null,
      gapPercent: optimum === undefined ? null : rounded(100 * (result.value / optimum - 1)),
      cpuSeconds: rounded(seconds),
      bound: result.bound,
      boundGapPercent: rounded(100 * result.gap),
      proven: result.proven,
      seedsAtOptimum: optimum === undefined ? null : atOptimum,
      seeds,
      seedsProven: runs.filter((run) => run.result.proven).length,
      slowestCpuSeconds: rounded(Math.max(...runs.map((run) => run.seconds))),
      target: `optimal, ≤ ${TARGET_SECONDS} s CPU with shortest paths`,
      met: optimum === undefined ? null : met,
      seed: 1,
      machine: describeMachine(),
    }),
  )
  return met
}

const standard = new URL('../../shared/data/network', import.meta.url).pathname
const folder = argument('data', join(process.env['STOREWRIGHT_DATA'] ?? standard, ''))
const only = argument('only', '')
const optima = readOptima(join(folder, 'optima.txt'))
const names = readdirSync(join(folder, 'pmed'))
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -4))
  .filter((name) => only === '' || name === only)
  .sort((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, '')))
const smallest = readInstance(join(folder, 'pmed', `${names[0]}.txt`))
solve(smallest, 0)
for (const name of names) {
  measure(folder, name, optima.get(name), Number(argument('seeds', '5')))
}
