import { createRandom, type Random } from '../../src/core/random/random.ts'
import { sameAnswer } from '../../src/core/sql/answer.ts'
import { type Database, openDatabase } from '../../src/core/sql/database.ts'
import { adviseViews } from '../../src/warehouse/views/choose/adviser.ts'
import { createViewRewriter } from '../../src/warehouse/views/rewriter.ts'
import { cpuSeconds, printFigure, rounded } from '../figure.ts'

const STATEMENTS = 40
const ROUNDS = 5

/** A brush over one column of made rows: a statement with other bounds each time it is written. */
interface Brush {
  readonly name: string
  readonly write: (random: Random) => string
}

const shown = 'SELECT g, count(*) AS n, sum(v) AS s FROM made'
const moment = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
const range = (random: Random, span: number) => {
  const from = random.next() * span * 0.8
  return [from, from + (0.05 + 0.15 * random.next()) * span] as const
}

const BRUSHES: readonly Brush[] = [
  {
    name: 'fractions',
    write(random) {
      const [from, to] = range(random, 1000)
      return `${shown} WHERE x BETWEEN ${from} AND ${to} GROUP BY g`
    },
  },
  {
    name: 'whole numbers',
    write(random) {
      const [from, to] = range(random, 1e6)
      return `${shown} WHERE w BETWEEN ${Math.round(from)} AND ${Math.round(to)} GROUP BY g`
    },
  },
  {
    name: 'moments',
    write(random) {
      const [from, to] = range(random, 3e10)
      const at = (ms: number) => `TIMESTAMP '${moment(Date.UTC(2025, 0, 1) + Math.round(ms))}'`
      return `${shown} WHERE t >= ${at(from)} AND t < ${at(to)} GROUP BY g`
    },
  },
]

/** Prints what brushes with bounds from anywhere take, as asked and from views, and sums cumulated along cells. */
export async function benchBrushes(seed: number, rows: number): Promise<void> {
  const db = await openDatabase(':memory:', { threads: 1 })
  try {
    await db.run(`SELECT setseed(${(seed % 1000) / 1000})`)
    await db.run(`CREATE TABLE made AS SELECT 1000 * random() AS x,
      CAST(1e6 * random() AS INTEGER) AS w,
      TIMESTAMP '2025-01-01' + to_milliseconds(CAST(3e10 * random() AS BIGINT)) AS t,
      CAST(25 * random() AS INTEGER) AS g, CAST(100 * random() AS INTEGER) AS v FROM range(${rows})`)
    const data = `${rows} random rows, ${STATEMENTS} statements`
    for (const brush of BRUSHES) await benchBrush(db, brush, seed, data)
    for (const [cells, groups] of [
      [600, 25],
      [1200, 25],
      [4096, 100],
    ] as const) {
      await benchCumulated(db, cells, groups, seed)
    }
  } finally {
    db.close()
  }
}

async function benchBrush(db: Database, brush: Brush, seed: number, data: string): Promise<void> {
  const random = createRandom(seed)
  const write = () => brush.write(random)
  const learned = Array.from({ length: 64 }, write)
  const demand = { fingerprint: 'brush', statements: learned, count: 1e5, totalCpuMs: 1e6 }
  const { actions } = await adviseViews(db, [demand], {
    ...{ seed, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
  })
  const [action] = actions
  if (action === undefined) throw new Error(`no view for ${brush.name}`)
  const building = process.cpuUsage()
  await db.transaction(async () => {
    for (const sql of action.apply) await db.run(sql)
  })
  const buildMs = 1000 * cpuSeconds(building)
  const rewriter = createViewRewriter(db)
  await rewriter.serve(action, false)
  await rewriter.meet({ sql: write() })
  const [asked, served, differing] = await runBoth(
    db,
    Array.from({ length: STATEMENTS }, write),
    (sql) => rewriter.rewrite({ sql })?.sql ?? sql,
  )
  const print = (figure: string, value: number, unit: string) =>
    printFigure({
      ...{
        figure: `brushes over ${brush.name}: ${figure}`,
        value: rounded(value, 2),
        unit,
        data,
        seed,
      },
    })
  print('as asked, median', median(asked), 'ms CPU')
  print('from a view, median', median(served), 'ms CPU')
  print('building the view', buildMs, 'ms CPU')
  print('answers that differ', differing, 'statements')
}

/** CPU ms of each statement as it is and as it is written anew, in turn, and how many answers differ. */
async function runBoth(
  db: Database,
  statements: readonly string[],
  rewrite: (sql: string) => string,
): Promise<readonly [readonly number[], readonly number[], number]> {
  const times: readonly [number[], number[]] = [[], []]
  let differing = 0
  for (const sql of statements) {
    const answers = []
    for (const [i, asked] of [sql, rewrite(sql)].entries()) {
      const since = process.cpuUsage()
      answers.push(await db.answer(asked))
      times[i]!.push(1000 * cpuSeconds(since))
    }
    if (!sameAnswer(answers[0]!, answers[1]!, false)) differing++
  }
  return [...times, differing]
}

/** Adding up cells of a range, against taking two sums cumulated along the cells from each other. */
async function benchCumulated(
  db: Database,
  cells: number,
  groups: number,
  seed: number,
): Promise<void> {
  await db.run(`CREATE OR REPLACE TABLE cells AS SELECT CAST(c AS USMALLINT) AS c, CAST(g AS USMALLINT) AS g,
    CAST(1000 * random() AS BIGINT) AS n FROM range(${cells}) r(c), range(${groups}) s(g) ORDER BY c, g`)
  await db.run(`CREATE OR REPLACE TABLE cumulated AS SELECT c, g,
    CAST(sum(n) OVER (PARTITION BY g ORDER BY c) AS BIGINT) AS n FROM cells ORDER BY c, g`)
  const random = createRandom(seed)
  const medians: readonly [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    const ranges = Array.from({ length: STATEMENTS }, () => {
      const from = 1 + random.int(cells - 2)
      return [from, from + random.int(cells - from)] as const
    })
    const added = ([from, to]: readonly [number, number]) =>
      `SELECT g, CAST(sum(n) AS BIGINT) AS n FROM cells WHERE c BETWEEN ${from} AND ${to} GROUP BY g`
    const taken = ([from, to]: readonly [number, number]) =>
      `SELECT g, CAST(sum(CASE WHEN c = ${to} THEN n ELSE -n END) AS BIGINT) AS n FROM cumulated WHERE c IN (${from - 1}, ${to}) GROUP BY g`
    const texts = new Map(ranges.map((r) => [added(r), taken(r)]))
    const [sums, differences, differing] = await runBoth(
      db,
      [...texts.keys()],
      (sql) => texts.get(sql)!,
    )
    if (differing > 0) throw new Error('sums cumulated along cells differ from those of cells')
    medians[0].push(median(sums))
    medians[1].push(median(differences))
  }
  const [baseline, value] = medians.map((list) => rounded(median(list), 2)) as [number, number]
  printFigure({
    ...{ figure: `cumulated along ${cells} cells of ${groups} groups`, value, unit: 'ms CPU' },
    ...{ baseline, ratio: rounded(value / baseline, 2), data: 'adding up the cells', seed },
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}
