// Learned layouts of Parquet and of tables of DuckDB against unsorted rows and the best sort by one
// column: learned on one set of statements, measured on others of the same templates.
//
//   npm run -s bench -- warehouse-layout [--rows 3000000] [--queries 90] [--seeds 1,2,3]
//   npm run -s bench -- warehouse-layout --data DIR [--scale 1]    tables and a log of DIR
//
// CPU time with one thread, the least of two runs a statement; row groups as rows in row groups
// that the least and greatest values do not rule out (for Parquet as the footers have them).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argument, median, printFigure, rounded } from './figure.ts'
import { type Measured, measureNative, measureParquet } from './warehouse-layout/measure.ts'
import { loadedTask, madeTask, type Task } from './warehouse-layout/tasks.ts'

const DATA = argument('data', '')
const SEEDS = argument('seeds', DATA === '' ? '1,2,3' : '1').split(',')
const ROWS = Number(argument('rows', '3000000'))
const QUERIES = Number(argument('queries', '90'))

const folder = mkdtempSync(join(tmpdir(), 'storewright-layout-'))
const runs: { native: Measured[]; parquet: Measured[] }[] = []
let data = ''
try {
  for (const seed of SEEDS) {
    const task: Task =
      DATA === ''
        ? await madeTask(join(folder, `${seed}.duckdb`), ROWS, QUERIES, Number(seed))
        : await loadedTask(
            join(folder, `${seed}.duckdb`),
            DATA,
            Number(argument('scale', '1')),
            Number(seed),
          )
    data = task.data
    const parquet: Measured[] = []
    const native: Measured[] = []
    for (const table of task.tables) {
      const one = await measureParquet(task, table, folder)
      if (one !== undefined) parquet.push(one)
    }
    for (const table of task.tables) {
      const one = await measureNative(task, table)
      if (one !== undefined) native.push(one)
    }
    runs.push({ native, parquet })
    task.db.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
report(
  'Parquet',
  runs.map(({ parquet }) => parquet),
)
report(
  'table of DuckDB',
  runs.map(({ native }) => native),
)

function report(where: string, bySeed: readonly (readonly Measured[])[]): void {
  const tables = [...new Set(bySeed.flat().map(({ table }) => table))]
  for (const table of tables) {
    const mine = bySeed.flat().filter((measured) => measured.table === table)
    line(where, table, mine, 'best single sort', 2.5, (m) => m.bestSort)
    line(where, table, mine, 'unsorted', 5, (m) => m.unsorted)
  }
}

function line(
  where: string,
  table: string,
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
    unit: `times the CPU time of ${against} (${where}, ${table}); row groups read ${rounded(median(reads), 3)} times (${range(reads)}); pays after ${mine.map((m) => m.payBack(baseOf(m))).join(', ')} queries`,
    interval: [rounded(Math.min(...ratios), 3), rounded(Math.max(...ratios), 3)],
    baseline: rounded(median(mine.map((m) => baseOf(m).cpuMs)), 4),
    target: `≥ ${target} in both`,
    met: median(ratios) >= target && median(reads) >= target,
    data: `${data}; ${some.words}`,
    seed: SEEDS.join(' '),
  })
}

function range(values: readonly number[]): string {
  return `${rounded(Math.min(...values), 3)} … ${rounded(Math.max(...values), 3)}`
}
