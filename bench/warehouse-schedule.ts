// Nightly statements beside dashboards on one DuckDB: by expected work, against first come, first
// served with as many slots, and with as many slots as cores. Dashboards come at random moments whether
// or not earlier ones are answered.
//
//   npm run -s bench -- warehouse-schedule [--data DIR] [--rows 3000000] [--rounds 5] [--seed 1]
//
// --data: DIR/NAME.parquet with DIR/NAME.log.jsonl.gz, whose SELECTs are the dashboards; else made ones.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createRandom } from '../src/core/random/random.ts'
import { type Database, openConnections, quoteName, quoteText } from '../src/core/sql/database.ts'
import { cpuNow } from '../src/core/sql/observe.ts'
import { schedule } from '../src/warehouse/index.ts'
import { argument, median, printFigure, rounded } from './figure.ts'

const ROWS = Number(argument('rows', '3000000'))
const ROUNDS = Number(argument('rounds', '5'))
const SEED = argument('seed', '1')
const FOLDER = argument('data', '')
const CORES = 2
const SHORT_SLOTS = schedule.scheduleShortSlots.default
/** Dashboards a second. */
const PACE = 4

interface Statement {
  readonly template: string
  readonly sql: string
}

const NIGHTLY: readonly Statement[] = [
  {
    template: 'by product and week',
    sql: 'SELECT product_id, day // 7 AS week, sum(units), sum(cents), quantile_cont(cents, 0.9) FROM lines WHERE day % 7 <> $1 GROUP BY ALL',
  },
  {
    template: 'gaps',
    sql: 'SELECT count(*) FROM (SELECT day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM lines WHERE product_id % 11 <> $1) WHERE gap > 30',
  },
  {
    template: 'pairs',
    sql: 'SELECT a.product_id, b.product_id, count(*) AS n FROM lines a JOIN lines b USING (order_id) WHERE a.product_id < b.product_id AND a.site <> $1 GROUP BY ALL ORDER BY n DESC LIMIT 100',
  },
  {
    template: 'best of each site',
    sql: 'SELECT site, product_id, cents FROM lines WHERE product_id % 13 <> $1 QUALIFY row_number() OVER (PARTITION BY site ORDER BY cents DESC, order_id) <= 50',
  },
  {
    template: 'sorted copy',
    sql: 'SELECT count(*), max(r) FROM (SELECT row_number() OVER (ORDER BY cents, customer_id) AS r FROM lines WHERE site <> $1)',
  },
]

function nightly(round: number): Statement[] {
  return [0, 1, 2, 3].flatMap((k) =>
    NIGHTLY.map(({ template, sql }) => ({
      template,
      sql: sql.replace('$1', `${(k + round) % 7}`),
    })),
  )
}

const MADE_DASHBOARDS: readonly Statement[] = [
  {
    template: 'units by product',
    sql: 'SELECT product_id // 50 AS shelf, sum(units) FROM lines WHERE day BETWEEN $1 AND $1 + 30 GROUP BY shelf',
  },
  {
    template: 'orders a day',
    sql: 'SELECT day, count(*) FROM lines WHERE site = $1 % 20 GROUP BY day',
  },
  {
    template: 'dear lines',
    sql: 'SELECT order_id, cents FROM lines WHERE cents > 9000 + $1 ORDER BY cents DESC LIMIT 20',
  },
]

async function fill(connection: Database): Promise<(i: number) => Statement> {
  await connection.run(`CREATE TABLE lines AS SELECT
      i // 3 AS order_id, hash(i, 1) % 200000 AS customer_id, (hash(i, 2) % 2000)::INTEGER AS product_id,
      (730 * sqrt((i + 1) / ${ROWS}))::INTEGER AS day, (hash(i, 3) % 20)::INTEGER AS site,
      (1 + hash(i, 4) % 5)::INTEGER AS units, (hash(i, 5) % 10000)::INTEGER AS cents
    FROM range(${ROWS}) AS r(i)`)
  const random = createRandom(SEED).split('dashboards')
  if (FOLDER === '') {
    return () => {
      const { template, sql } = MADE_DASHBOARDS[random.int(MADE_DASHBOARDS.length)]!
      return { template, sql: sql.replaceAll('$1', `${random.int(700)}`) }
    }
  }
  const statements: Statement[] = []
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.parquet'))) {
    const name = file.replace(/\.parquet$/, '')
    const source = quoteText(join(FOLDER, file))
    // Ten times the rows, so that a dashboard is worth waiting for.
    await connection.run(
      `CREATE TABLE ${quoteName(name)} AS SELECT t.* FROM ${source} t, range(10)`,
    )
    const log = gunzipSync(readFileSync(join(FOLDER, `${name}.log.jsonl.gz`))).toString()
    for (const line of log.trim().split('\n')) {
      const { query } = JSON.parse(line) as { query: string }
      if (!/^select/i.test(query)) continue
      statements.push({ template: `${name} ${query.replace(/\d+(\.\d+)?/g, '?')}`, sql: query })
    }
  }
  return () => statements[random.int(statements.length)]!
}

interface Outcome {
  readonly p50: number
  readonly p95: number
  readonly makespan: number
  readonly dashboards: number
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Nightly statements all at once; dashboards come until the last nightly one has ended. */
async function runRound(
  connections: readonly Database[],
  policy: schedule.SchedulePolicy,
  predictor: schedule.WorkPredictor,
  statements: readonly Statement[],
  next: (i: number) => Statement,
  arrivals: () => number,
): Promise<Outcome> {
  const scheduler = schedule.createScheduler({
    policy,
    predictor,
    machine: { cores: CORES, memoryBytes: 8e9 },
    clock: () => performance.now(),
    cpuClock: cpuNow,
  })
  const pool = schedule.createScheduledPool(connections, scheduler)
  const startedAt = performance.now()
  const night = Promise.all(
    statements.map(({ template, sql }) => pool.answer(sql, { template })),
  ).then(() => performance.now() - startedAt)
  let over = false
  void night.finally(() => {
    over = true
  })
  const latencies: number[] = []
  const asked: Promise<void>[] = []
  for (let i = 0, due = startedAt + arrivals(); !over; due += arrivals(), i++) {
    await sleep(Math.max(0, due - performance.now()))
    if (over) break
    const { template, sql } = next(i)
    // From the moment it was due: a late timer counts against the policy as well.
    const from = due
    asked.push(
      pool.answer(sql, { template }).then(() => {
        latencies.push(performance.now() - from)
      }),
    )
  }
  const makespan = await night
  await Promise.all(asked)
  latencies.sort((a, b) => a - b)
  const at = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))]!
  return { p50: at(0.5), p95: at(0.95), makespan, dashboards: latencies.length }
}

const connections = await openConnections(':memory:', CORES + SHORT_SLOTS, { threads: CORES })
const next = await fill(connections[0]!)
const predictor = schedule.createWorkPredictor({ capacity: 1000, cores: CORES })
const ours = schedule.shortestExpectedFirst({
  shortMs: schedule.scheduleShortMs.default,
  shortSlots: SHORT_SLOTS,
  ageing: schedule.scheduleAgeing.default,
  interference: predictor.interference,
})
const POLICIES = {
  [`first come, first served, ${CORES + SHORT_SLOTS} slots`]: schedule.firstComeFirstServed(
    CORES + SHORT_SLOTS,
  ),
  [`first come, first served, ${CORES} slots`]: schedule.firstComeFirstServed(CORES),
  'shortest expected work first': ours,
}
// One night before: the predictor learns, the others warm up.
const first = createRandom(SEED).split('first night')
await runRound(
  connections,
  ours,
  predictor,
  nightly(0),
  next,
  () => (-1000 / PACE) * Math.log(1 - first.next()),
)

const outcomes = new Map<string, Outcome[]>()
for (let round = 1; round <= ROUNDS; round++) {
  for (const [name, policy] of Object.entries(POLICIES)) {
    const random = createRandom(SEED).split(`round ${round}`)
    const arrivals = () => (-1000 / PACE) * Math.log(1 - random.next())
    const outcome = await runRound(connections, policy, predictor, nightly(round), next, arrivals)
    outcomes.set(name, [...(outcomes.get(name) ?? []), outcome])
    process.stderr.write(
      `${round} ${name}: p95 ${outcome.p95.toFixed(0)} ms, ${(outcome.makespan / 1000).toFixed(1)} s, ${outcome.dashboards} dashboards\n`,
    )
  }
}
for (const connection of connections) connection.close()

const names = Object.keys(POLICIES)
const data = FOLDER === '' ? 'made dashboards' : 'dashboards of the logs'
const [mine] = outcomes.get(names.at(-1)!)!.length > 0 ? [outcomes.get(names.at(-1)!)!] : [[]]
for (const name of names.slice(0, -1)) {
  const theirs = outcomes.get(name)!
  const figure = (
    key: 'p50' | 'p95' | 'makespan',
    target: string,
    isMet: (ratio: number) => boolean,
  ) => {
    const ratios = mine.map((one, i) => one[key] / theirs[i]![key])
    const ratio = median(ratios)
    printFigure({
      figure: `warehouse-schedule ${key} over that of ${name}`,
      value: rounded(median(mine.map((one) => one[key]))),
      unit: 'ms',
      baseline: rounded(median(theirs.map((one) => one[key]))),
      ratio: rounded(ratio),
      interval: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
      target,
      met: isMet(ratio),
      data: `${ROWS} lines, 20 nightly statements, ${PACE} ${data} a second, ${ROUNDS} rounds`,
      seed: SEED,
    })
  }
  figure('p95', '≤ 0.5 times', (ratio) => ratio <= 0.5)
  figure('p50', 'none', () => true)
  figure('makespan', '≤ 1.05 times', (ratio) => ratio <= 1.05)
}
