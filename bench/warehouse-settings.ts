// What a search of settings gains: DuckDB's own, and the size of row groups that tables and files are
// written with, by successive halving on replayed statements, measured on others with a way back.
//
//   npm run -s bench -- warehouse-settings [--data DIR] [--rows 1000000] [--scale 10] [--seconds 30]
//     [--objective cpu] [--threads 1] [--memory 100MB] [--seed 1] [--where table,parquet] [--only NAME]
//
// --data: a folder of tables and logs; each log is searched by itself, its first half to search on, its
// second to measure. Else order lines in no order and queries of three templates. With --objective time
// threads are searched too: on a quiet machine alone.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRandom } from '../src/core/random/random.ts'
import { type Database, openDatabase, quoteName, quoteText } from '../src/core/sql/database.ts'
import { cpuNow } from '../src/core/sql/observe.ts'
import { settings, workloadOfLog } from '../src/warehouse/index.ts'
import { argument, printFigure, rounded } from './figure.ts'
import { loadedTask, madeTasks, type Task } from './warehouse-layout/tasks.ts'

const DATA = argument('data', '')
const ROWS = Number(argument('rows', '1000000'))
const SCALE = Number(argument('scale', '10'))
const SECONDS = Number(argument('seconds', '30'))
const THREADS = Number(argument('threads', '1'))
const MEMORY = argument('memory', '')
const SEED = Number(argument('seed', '1'))
const ONLY = argument('only', '')
const WHERE = argument('where', 'table,parquet').split(',')
const OBJECTIVE: settings.Objective = argument('objective', 'cpu') === 'time' ? 'time' : 'cpu'
const LOG = /^(.*?)\.(?:log\.)?(?:jsonl|sql)(?:\.gz)?$/
const DEFAULT_ROWS = 122_880
const GROUP_ROWS = [DEFAULT_ROWS, 8_192, 30_720, 61_440, 245_760, 491_520]
const MOST = 60

const folder = mkdtempSync(join(tmpdir(), 'storewright-settings-'))
try {
  for (const task of await tasksOf()) {
    for (const where of WHERE) {
      const db = await openOn(task, where)
      await searchOf(db, task, where)
      db.close()
      await searchRowGroups(task, where)
    }
    task.db.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function tasksOf(): Promise<readonly Task[]> {
  if (DATA === '') return madeTasks(join(folder, 'made'), ROWS, 90, ['spread'], SEED)
  const data = resolve(DATA)
  const tasks: Task[] = []
  for (const log of readdirSync(data).sort()) {
    const name = LOG.exec(log)?.[1]
    if (name === undefined || (ONLY !== '' && name !== ONLY)) continue
    // A folder of its own, so that a log is searched by itself.
    const own = join(folder, name)
    mkdirSync(own)
    for (const file of readdirSync(data).filter((one) => one === log || !LOG.test(one)))
      symlinkSync(join(data, file), join(own, file))
    tasks.push(await loadedTask(join(folder, `${name}.tables`), own, SCALE, SEED))
  }
  return tasks
}

/** The task's tables as tables of a file, or as views over its Parquet files. */
async function openOn(task: Task, where: string, groupRows = DEFAULT_ROWS): Promise<Database> {
  const limit = MEMORY === '' ? {} : { memoryLimit: MEMORY }
  const db = await openDatabase(':memory:', { threads: THREADS, ...limit })
  const attached = join(task.folder, `groups-${groupRows}.duckdb`)
  if (where === 'table') {
    await db.run(
      `ATTACH IF NOT EXISTS ${quoteText(attached)} AS held (ROW_GROUP_SIZE ${groupRows})`,
    )
    await db.run('USE held')
  }
  for (const table of task.allTables) {
    const written = quoteText(join(task.folder, `${table}.parquet`))
    const file = quoteText(join(task.folder, `${table}-${groupRows}.parquet`))
    const name = quoteName(table)
    if (where === 'table') {
      await db.run(`CREATE TABLE IF NOT EXISTS ${name} AS SELECT * FROM read_parquet(${written})`)
    } else {
      const copy = `COPY (FROM read_parquet(${written})) TO ${file} (FORMAT parquet, ROW_GROUP_SIZE ${groupRows})`
      await db.run(copy)
      await db.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet(${file})`)
    }
  }
  if (where === 'table') await db.run('CHECKPOINT held')
  return db
}

/** DuckDB's settings, as `warehouse advise` searches them, with as much time as is given. */
async function searchOf(db: Database, task: Task, where: string): Promise<void> {
  const startedAt = cpuNow()
  const now = Date.UTC(2026, 0, 1)
  const entries = task.train.map((sql, i) => ({ sql, line: i + 1 }))
  const workload = await workloadOfLog(db, entries, { seed: SEED, now })
  const { actions, refusals } = await settings
    .settingsAdviser({
      objective: OBJECTIVE,
      knobs: {
        'warehouse.settings-search-share': 10,
        'warehouse.settings-search-ms': 1000 * SECONDS,
      },
    })
    .advise(workload, db, { ...{ seed: SEED, now, storageBytes: 0, standing: [] } })
  const spent = `search: ${((cpuNow() - startedAt) / 1000).toFixed(1)} CPU s`
  const [action] = actions
  const data = `${task.data}, ${where}, ${THREADS} threads${MEMORY === '' ? '' : `, ${MEMORY}`}`
  if (action === undefined) {
    const why = refusals.map(({ reason }) => reason).join('; ')
    print(`${OBJECTIVE} saved by settings: none`, [0], [1], `${data}; ${spent}; ${why}`)
    return
  }
  const { set, stood } = JSON.parse(action.definition) as Record<'set' | 'stood', object>
  const standing = async () => JSON.stringify(await valuesOf(db, Object.keys(stood)))
  const before = await standing()
  const service = settings.createSettingsService(db)
  const [plain, other]: [number[], number[]] = [[], []]
  for (const [i, sql] of task.test.slice(0, MOST).entries()) {
    const took = async (isSet: boolean) => {
      if (isSet) await service.serve(action)
      const ms = await leastOf(db, sql)
      if (isSet) await service.withdraw(action)
      return ms
    }
    const first = await took(i % 2 === 0)
    const second = await took(i % 2 === 1)
    plain.push(i % 2 === 0 ? second : first)
    other.push(i % 2 === 0 ? first : second)
  }
  const back = (await standing()) === before ? 'undone: what stood stands' : 'NOT UNDONE'
  const words = `${JSON.stringify(set)}; ${action.reasons[0]}; ${back}`
  print(`${OBJECTIVE} saved by settings`, other, plain, `${data}; ${spent}; ${words}`)
}

/** The size of row groups that all is written with: copies of each size, halved on statements. */
async function searchRowGroups(task: Task, where: string): Promise<void> {
  const startedAt = cpuNow()
  const open = new Map<number, Database>()
  // Larger ones in a table need a storage that older versions of DuckDB do not read.
  const sizes = GROUP_ROWS.filter((rows) => where !== 'table' || rows <= DEFAULT_ROWS)
  for (const rows of sizes) open.set(rows, await openOn(task, where, rows))
  const writing = cpuNow() - startedAt
  const statements = [...task.train.slice(0, 2 * MOST), ...task.test.slice(0, MOST)]
  const searched = statements.length - Math.min(MOST, task.test.length)
  const found = await settings.searchSettings({
    ...{ candidates: sizes, seed: SEED, objective: OBJECTIVE, leastGain: 0.03 },
    ...{ searchPieces: Math.min(searched, 32), judgePieces: statements.length - searched },
    cost: async (rows, piece) => {
      const at = piece < Math.min(searched, 32) ? piece : searched + piece - Math.min(searched, 32)
      const ms = await leastOf(open.get(rows)!, statements[at]!)
      return { cpuMs: ms, wallMs: ms }
    },
    isSpent: () => cpuNow() - startedAt - writing > 1000 * SECONDS,
  })
  for (const db of open.values()) db.close()
  if (found === undefined) return
  printFigure({
    figure: `warehouse-settings ${OBJECTIVE} saved by row groups of ${found.assignment}`,
    ...{ value: rounded(100 * found.gain, 3), unit: `% of what ${DEFAULT_ROWS} take` },
    interval: [rounded(100 * found.interval[0], 3), rounded(100 * found.interval[1], 3)],
    data: `${task.data}, ${where}; ${found.isSure ? 'sure' : 'not sure enough'} on ${found.judged} statements; search: ${((cpuNow() - startedAt - writing) / 1000).toFixed(1)} CPU s, writing ${sizes.length} copies ${(writing / 1000).toFixed(1)}`,
    seed: SEED,
  })
}

async function leastOf(db: Database, sql: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let k = 0; k < 2; k++) {
    const [cpu, wall] = [cpuNow(), performance.now()]
    await db.answer(sql)
    const ms = OBJECTIVE === 'cpu' ? cpuNow() - cpu : performance.now() - wall
    least = Math.min(least, ms)
  }
  return least
}

async function valuesOf(db: Database, names: readonly string[]): Promise<unknown> {
  const list = names.map(quoteText).join(', ')
  return db.rows(`SELECT name, value FROM duckdb_settings() WHERE name IN (${list}) ORDER BY name`)
}

/** The share that is saved, and its 95 % interval over statements drawn anew. */
function print(
  figure: string,
  other: readonly number[],
  plain: readonly number[],
  data: string,
): void {
  const random = createRandom(SEED).split('bootstrap')
  const sum = (list: readonly number[], picks: readonly number[]) =>
    picks.reduce((total, i) => total + list[i]!, 0)
  const saved = (picks: readonly number[]) => 100 * (1 - sum(other, picks) / sum(plain, picks))
  const all = plain.map((_, i) => i)
  const gains = Array.from({ length: 1000 }, () =>
    saved(all.map(() => random.int(all.length))),
  ).sort((a, b) => a - b)
  const isNone = plain.length === 1
  printFigure({
    figure: `warehouse-settings ${figure}`,
    ...{ value: isNone ? 0 : rounded(saved(all), 3), unit: '% of what stands takes' },
    ...(isNone ? {} : { interval: [rounded(gains[25]!, 3), rounded(gains[974]!, 3)] }),
    ...{ data, seed: SEED },
  })
}
