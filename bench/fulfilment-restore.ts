// How long restoring stock takes: 1 M products × 12 sites from a snapshot and a tail of the ledger
// of 2 M events. `npm run -s bench -- fulfilment-restore [--data DIR] [--seed N] [--rounds N]
// [--products N] [--events N]`. DIR is where the ledger and the snapshot are made (default: the
// folder for temporary files); they are removed afterwards. Restoring runs in a process of its own
// each time, as after a crash; the files are in the page cache.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { argument, printFigure, rounded } from './figure.ts'

const TARGET_SECONDS = 5
const PRODUCTS = Number(argument('products', '1000000'))
const EVENTS = Number(argument('events', '2000000'))
const ROUNDS = Number(argument('rounds', '3'))
const SEED = argument('seed', '1')

/** What the process that restored says of it. */
interface Restored {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly snapshotSeconds: number
  readonly residentBytes: number
  readonly events: number
}

const folder = mkdtempSync(join(argument('data', tmpdir()), 'storewright-bench-'))
try {
  run('make', String(PRODUCTS), String(EVENTS), SEED)
  const runs = Array.from({ length: ROUNDS }, () => JSON.parse(run('restore')) as Restored)
  report(runs)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(...parameters: string[]): string {
  const program = fileURLToPath(new URL('./fulfilment-restore/process.ts', import.meta.url))
  const child = spawnSync(process.execPath, [program, folder, ...parameters], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.status !== 0) throw new Error(`${parameters[0]} ended with ${child.status}`)
  return child.stdout
}

function report(runs: readonly Restored[]): void {
  const of = (value: (run: Restored) => number) =>
    runs.map(value).toSorted((a, b) => a - b) as [number, ...number[]]
  const middle = (values: readonly number[]) => values[values.length >> 1]!
  const [wall, cpu] = [of((one) => one.seconds), of((one) => one.cpuSeconds)]
  const size = Math.round(statSync(join(folder, 'ledger', 'data.mdb')).size / 1e6)
  const memory = rounded(middle(of((one) => one.residentBytes)) / 2 ** 30, 3)
  const data = `${PRODUCTS} products × 12 sites, tail of ${runs[0]!.events} events, ledger of ${size} MB; median and range of ${ROUNDS} processes; of it the snapshot ${rounded(middle(of((one) => one.snapshotSeconds)), 3)} s; ${memory} GiB resident`
  for (const [name, values, unit] of [
    ['fulfilment-restore', wall, 's (wall clock)'],
    ['fulfilment-restore-cpu', cpu, 'CPU s, all threads'],
  ] as const) {
    const value = rounded(middle(values), 3)
    const interval = [rounded(values[0], 3), rounded(values.at(-1)!, 3)] as const
    const figure = { figure: name, value, unit, interval, data, seed: SEED }
    printFigure({ ...figure, target: TARGET_SECONDS, met: value <= TARGET_SECONDS })
  }
}
