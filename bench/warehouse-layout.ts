// Learned layouts of Parquet and of tables of DuckDB against unsorted rows and the best sort by one
// column: learned on one set of statements, measured on others of the same templates.
//
//   npm run -s bench -- warehouse-layout [--rows 3000000] [--queries 90] [--seeds 1,2,3] [--workload spread] [--where parquet]
//   npm run -s bench -- warehouse-layout --data DIR [--scale 1]    tables and a log of DIR
//
// --where native-rows: tables of DuckDB with all that views and layouts make of their database.
// Rows of Parquet may carry columns of joined tables, unless --carry no; copies in other orders are made
// beside it, unless --copies no, and take at most --copy-bytes times the bytes of the file.
//
// CPU time with one thread, the least of two runs a statement; row groups as rows in row groups
// that the least and greatest values do not rule out (for Parquet as the footers have them). DuckDB
// keeps Parquet footers in memory for all layouts alike.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argument, median, printFigure, rounded } from './figure.ts'
import { WORKLOADS } from './warehouse-layout/made.ts'
import { type Measured, measureNative, measureParquet } from './warehouse-layout/measure.ts'
import { measureRows } from './warehouse-layout/native-rows.ts'
import { loadedTask, madeTasks, type Task } from './warehouse-layout/tasks.ts'

const DATA = argument('data', '')
const SEEDS = argument('seeds', DATA === '' ? '1,2,3' : '1').split(',')
const ROWS = Number(argument('rows', '3000000'))
const QUERIES = Number(argument('queries', '90'))

const WORKLOAD = argument('workload', '')
const WHERE = argument('where', 'parquet,native').split(',')
const OPTIONS = {
  mayCarry: argument('carry', 'yes') !== 'no',
  mayCopy: argument('copies', 'yes') !== 'no',
  copyBytes: Number(argument('copy-bytes', '2')),
}

const folder = mkdtempSync(join(tmpdir(), 'storewright-layout-'))
const found: Found[] = []
try {
  for (const seed of SEEDS) {
    const tasks = await tasksOf(join(folder, `${seed}.duckdb`), Number(seed))
    for (const task of tasks) {
      for (const table of task.tables) {
        keep('Parquet', task, await measured('parquet', task, table))
        keep('table of DuckDB', task, await measured('native', task, table))
        keep('table of DuckDB with views', task, await measured('native-rows', task, table))
      }
    }
    tasks[0]?.db.close()
    rmSync(join(folder, `${seed}.duckdb`), { recursive: true, force: true })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const { where, data, table } of found.filter(isFirst)) {
  const mine = found
    .filter((one) => one.where === where && one.data === data && one.table === table)
    .map((one) => one.measured)
  line(where, data, mine, 'best single sort', 2.5, (m) => m.bestSort)
  line(where, data, mine, 'unsorted', 5, (m) => m.unsorted)
  const copied = mine.flatMap((m) => withCopies(m) ?? [])
  if (copied.length === 0) continue
  line(`${where} with copies`, data, copied, 'best single sort', 2.5, (m) => m.bestSort)
  line(`${where} with copies`, data, copied, 'unsorted', 5, (m) => m.unsorted)
}

/** As measured where copies stand beside the layout, all that was spent on either counted. */
function withCopies(measured: Measured): Measured | undefined {
  const { copied } = measured
  if (copied === undefined) return undefined
  const payBack = ({ cpuMs }: Measured['unsorted']) =>
    cpuMs > copied.cpuMs ? Math.ceil((copied.spentMs * QUERIES) / (cpuMs - copied.cpuMs)) : Infinity
  return { ...measured, learned: copied, payBack }
}

interface Found {
  readonly where: string
  readonly data: string
  readonly table: string
  readonly measured: Measured
}

function isFirst(one: Found, i: number, all: readonly Found[]): boolean {
  return (
    i ===
    all.findIndex(
      ({ where, data, table }) => where === one.where && data === one.data && table === one.table,
    )
  )
}

function tasksOf(place: string, seed: number): Promise<readonly Task[]> {
  const workloads = WORKLOADS.filter((name) => WORKLOAD === '' || name === WORKLOAD)
  return DATA === ''
    ? madeTasks(place, ROWS, QUERIES, workloads, seed, OPTIONS)
    : loadedTask(place, DATA, Number(argument('scale', '1')), seed, OPTIONS).then((task) => [task])
}

async function measured(
  where: 'parquet' | 'native' | 'native-rows',
  task: Task,
  table: string,
): Promise<Measured | undefined> {
  if (!WHERE.includes(where)) return undefined
  if (where === 'parquet') return measureParquet(task, table, folder)
  return where === 'native' ? measureNative(task, table) : measureRows(task, table)
}

/** Kept for the figures, and told at once on stderr, since all seeds take a while. */
function keep(where: string, { data }: Task, measured: Measured | undefined): void {
  if (measured === undefined) return
  found.push({ where, data, table: measured.table, measured })
  process.stderr.write(`${where}, ${measured.table}, ${data}: ${measured.words}\n`)
}

function line(
  where: string,
  data: string,
  mine: readonly Measured[],
  against: string,
  target: number,
  baseOf: (measured: Measured) => Measured['unsorted'],
): void {
  const ratios = mine.map((m) => baseOf(m).cpuMs / m.learned.cpuMs)
  const reads = mine.map((m) => baseOf(m).readShare / m.learned.readShare)
  const some = mine[0]!
  printFigure({
    figure: 'warehouse-layout',
    value: rounded(median(ratios), 3),
    unit: `times the CPU time of ${against} (${where}, ${some.table}); row groups read ${rounded(median(reads), 3)} times (${range(reads)}); ${mine.map((m) => payBackWords(m.payBack(baseOf(m)))).join(', ')}`,
    interval: [rounded(Math.min(...ratios), 3), rounded(Math.max(...ratios), 3)],
    baseline: rounded(median(mine.map((m) => baseOf(m).cpuMs)), 4),
    target: `≥ ${target} in both`,
    met: median(ratios) >= target && median(reads) >= target,
    data: `${data}; ${some.words}`,
    seed: SEEDS.join(' '),
  })
}

function payBackWords(queries: number): string {
  return Number.isFinite(queries) ? `pays after ${queries} queries` : 'never pays'
}

function range(values: readonly number[]): string {
  return `${rounded(Math.min(...values), 3)} … ${rounded(Math.max(...values), 3)}`
}
