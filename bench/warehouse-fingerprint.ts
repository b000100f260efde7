// What watching a statement costs once its template is known: scanning it, looking its template up,
// taking its constants, and putting it on record; then what asking through the tuned database adds to
// the smallest statements of DuckDB: watched, under one arm, and with an arm switched each time.
//
//   npm run -s bench -- warehouse-fingerprint --data DIR [--rounds 20]
//
// DIR holds logs: *.jsonl, *.jsonl.gz, *.sql, *.sql.gz, also in folders below it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '../src/core/index.ts'
import { tuned, watch } from '../src/warehouse/index.ts'
import { argument, cpuSeconds, dataFolder, median, printFigure, rounded } from './figure.ts'

const ROUNDS = Number(argument('rounds', '20'))
const TARGET_MS = 0.05

function listLogs(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.(jsonl|sql)(\.gz)?$/.test(file.name))
    .map((file) => join(file.parentPath, file.name))
    .sort()
}

/** CPU µs a statement of each round. */
function measure(statements: readonly string[], each: (sql: string) => unknown): readonly number[] {
  const passes = Math.max(1, Math.ceil(5000 / statements.length))
  return Array.from({ length: ROUNDS + 1 }, () => {
    const since = process.cpuUsage()
    for (let pass = 0; pass < passes; pass++) for (const sql of statements) each(sql)
    return (1e6 * cpuSeconds(since)) / (passes * statements.length)
  }).slice(1)
}

for (const file of listLogs(dataFolder())) {
  const statements = watch.readLog(file).entries.map(({ sql }) => sql)
  if (statements.length === 0) continue
  const templates = watch.createTemplates(5000)
  const recorder = watch.createRecorder({ seed: 1 })
  const known = measure(statements, (sql) => templates.know(sql))
  const watched = measure(statements, (sql) =>
    recorder.observe(templates.know(sql), { at: 0, wallMs: 1, rowsReturned: 1 }),
  )
  const value = median(watched) / 1000
  const characters = statements.reduce((sum, sql) => sum + sql.length, 0) / statements.length
  printFigure({
    figure: 'warehouse-fingerprint',
    value: rounded(value, 3),
    unit: `CPU ms a statement, known and put on record; ${rounded(median(known) / 1000, 3)} of it to know its template and constants`,
    interval: [rounded(Math.min(...watched) / 1000, 3), rounded(Math.max(...watched) / 1000, 3)],
    target: `≤ ${TARGET_MS} ms`,
    met: value <= TARGET_MS,
    data: `${file.split('/').slice(-2).join('/')}: ${statements.length} statements of ${Math.round(characters)} characters, ${recorder.workload().templates.length} templates, ${ROUNDS} rounds`,
  })
}

const ARM = {
  arm: 'no join order',
  set: ["SET disabled_optimizers = 'join_order'"],
  reset: ['RESET disabled_optimizers'],
  limitMs: 1000,
}

/** The same tables each, so that the ways differ in nothing else; one thread. */
async function through(arms?: readonly (typeof ARM | undefined)[]): Promise<Database> {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE t AS SELECT i AS a, 2 * i AS b FROM range(100) AS r(i)')
  if (arms === undefined) return db
  let asked = 0
  return tuned.tunedDatabase(db, {
    mode: 'automatic',
    watcher: watch.createRecorder({ seed: 1 }),
    rewriter: { rewrite: () => undefined, changed: () => undefined },
    steerer: { choose: () => arms[asked++ % arms.length], learn: () => undefined },
  })
}

const STATEMENTS = 150 * ROUNDS
const ways = {
  plain: await through(),
  watched: await through([undefined]),
  'under one arm': await through([ARM]),
  'another arm each time': await through([ARM, undefined]),
}
const micros = new Map<string, number[]>(Object.keys(ways).map((way) => [way, []]))
for (let i = -100; i < STATEMENTS; i++) {
  // In turn, so that what else the machine does falls on all of them.
  for (const [way, db] of Object.entries(ways)) {
    const since = process.cpuUsage()
    await db.answer(`SELECT a FROM t WHERE a BETWEEN ${i % 50} AND ${i % 70} AND b <> ${i}`)
    if (i >= 0) micros.get(way)!.push(1e6 * cpuSeconds(since))
  }
}
const plain = median(micros.get('plain')!) / 1000
for (const way of ['watched', 'under one arm', 'another arm each time']) {
  const extra = micros.get(way)!.map((spent, i) => (spent - micros.get('plain')![i]!) / 1000)
  const value = median(extra)
  // Order statistics around the middle: a 95 % interval of the median, whatever the distribution.
  const sorted = extra.toSorted((a, b) => a - b)
  const half = 0.98 * Math.sqrt(sorted.length)
  const at = (place: number) => rounded(sorted[Math.round(place)]!, 3)
  printFigure({
    figure: 'warehouse-fingerprint',
    value: rounded(value, 3),
    unit: `CPU ms that the tuned database adds to a statement, ${way}`,
    interval: [at(sorted.length / 2 - half), at(sorted.length / 2 + half)],
    baseline: rounded(plain, 3),
    target: '≤ 0.2 ms',
    met: value <= 0.2,
    data: `generated: ${STATEMENTS} statements on 100 rows, in pairs with the plain database`,
  })
}
for (const db of Object.values(ways)) db.close()
