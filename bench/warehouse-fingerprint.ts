// What watching a statement costs once its template is known: scanning it, looking its template up,
// taking its constants, and putting it on record. No database is asked.
//
//   npm run -s bench -- warehouse-fingerprint --data DIR [--rounds 20]
//
// DIR holds logs: *.jsonl, *.jsonl.gz, *.sql, *.sql.gz, also in folders below it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { watch } from '../src/warehouse/index.ts'
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
