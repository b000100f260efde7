// Nightly statements beside dashboards on one DuckDB: by expected work, against first come, first
// served with as many slots, and with as many slots as cores. Dashboards come at random moments whether
// or not earlier ones are answered.
//
//   npm run -s bench -- warehouse-schedule [--data DIR] [--rows 3000000] [--rounds 5] [--seeds 1,2,3]
//     [--pace 8] [--http]
//
// --data: a folder of tables (CSV, CSV.gz, Parquet) and logs (JSON lines or SQL, .gz too), whose SELECTs
// are the dashboards; else made ones. --http: nightly statements on a store's database beside questions
// to the store's own HTTP API, with [warehouse] schedule by arrival and by expected work.
import { createRandom } from '../src/core/random/random.ts'
import { type Database, openConnections } from '../src/core/sql/database.ts'
import { cpuNow } from '../src/core/sql/observe.ts'
import { schedule } from '../src/warehouse/index.ts'
import { argument, median, printFigure, rounded } from './figure.ts'
import { readDashboards } from './warehouse-schedule/dashboards.ts'
import { openServed } from './warehouse-schedule/served.ts'

const ROWS = Number(argument('rows', '3000000'))
const ROUNDS = Number(argument('rounds', '5'))
const SEEDS = argument('seeds', argument('seed', '1,2,3')).split(',')
const FOLDER = argument('data', '')
const CORES = 2
const SHORT_SLOTS = schedule.scheduleShortSlots.default
/** Dashboards a second. */
const PACE = Number(argument('pace', '8'))
const IS_HTTP = process.argv.includes('--http')

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

/** Lines of orders, for the nightly statements. */
const FILL = `CREATE TABLE lines AS SELECT
    i // 3 AS order_id, hash(i, 1) % 200000 AS customer_id, (hash(i, 2) % 2000)::INTEGER AS product_id,
    (730 * sqrt((i + 1) / ${ROWS}))::INTEGER AS day, (hash(i, 3) % 20)::INTEGER AS site,
    (1 + hash(i, 4) % 5)::INTEGER AS units, (hash(i, 5) % 10000)::INTEGER AS cents
  FROM range(${ROWS}) AS r(i)`

async function dashboardsOf(connection: Database): Promise<(random: number) => Statement> {
  if (FOLDER === '') {
    return (random) => {
      const { template, sql } = MADE_DASHBOARDS[Math.floor(random * MADE_DASHBOARDS.length)]!
      return { template, sql: sql.replaceAll('$1', `${Math.floor(random * 7000) % 700}`) }
    }
  }
  const statements = await readDashboards(connection, FOLDER)
  return (random) => statements[Math.floor(random * statements.length)]!
}

/** What is measured: asks dashboards and nightly statements under one policy. */
interface Side {
  readonly name: string
  readonly night: (statement: Statement) => Promise<unknown>
  readonly dashboard: (random: number) => Promise<unknown>
  readonly before?: () => void
}

interface Outcome {
  readonly latencies: readonly number[]
  readonly makespan: number
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Nightly statements all at once; dashboards come until the last nightly one has ended. */
async function runRound(side: Side, round: number, seed: string): Promise<Outcome> {
  side.before?.()
  const random = createRandom(seed).split(`round ${round}`)
  const startedAt = performance.now()
  const night = Promise.all(nightly(round).map(side.night)).then(
    () => performance.now() - startedAt,
  )
  let isOver = false
  void night.finally(() => {
    isOver = true
  })
  const gap = () => (-1000 / PACE) * Math.log(1 - random.next())
  const latencies: number[] = []
  const asked: Promise<void>[] = []
  for (let due = startedAt + gap(); !isOver; due += gap()) {
    await sleep(Math.max(0, due - performance.now()))
    if (isOver) break
    // From the moment it was due: a late timer counts against the policy as well.
    const from = due
    asked.push(
      side.dashboard(random.next()).then(() => {
        latencies.push(performance.now() - from)
      }),
    )
  }
  const makespan = await night
  await Promise.all(asked)
  return { latencies, makespan }
}

/** Policies on connections of one database in memory. */
async function pooledSides(): Promise<{ readonly sides: readonly Side[]; close(): void }> {
  const slots = CORES + SHORT_SLOTS
  const connections = await openConnections(':memory:', slots, { threads: CORES })
  await connections[0]!.run(FILL)
  const next = await dashboardsOf(connections[0]!)
  const predictor = schedule.createWorkPredictor({ capacity: 1000, cores: CORES })
  const side = (name: string, policy: schedule.SchedulePolicy): Side => {
    const scheduler = schedule.createScheduler({
      ...{ policy, predictor, machine: { cores: CORES, memoryBytes: 8e9 } },
      ...{ clock: () => performance.now(), cpuClock: cpuNow },
    })
    const pool = schedule.createScheduledPool(connections, scheduler)
    const ask = ({ template, sql }: Statement) => pool.answer(sql, { template })
    return { name, night: ask, dashboard: (random) => ask(next(random)) }
  }
  const ours = schedule.shortestExpectedFirst({
    shortMs: schedule.scheduleShortMs.default,
    shortSlots: SHORT_SLOTS,
    ageing: schedule.scheduleAgeing.default,
    firstShare: schedule.scheduleFirstShare.default,
    interference: predictor.interference,
  })
  const sides = [
    side(`first come, first served, ${slots} slots`, schedule.firstComeFirstServed(slots)),
    side(`first come, first served, ${CORES} slots`, schedule.firstComeFirstServed(CORES)),
    side('shortest expected work first', ours),
  ]
  return {
    sides,
    close() {
      for (const connection of connections) connection.close()
    },
  }
}

/** The order of a store's settings, nightly statements and its HTTP API in one process. */
async function servedSides(): Promise<{ readonly sides: readonly Side[]; close(): Promise<void> }> {
  const served = await openServed(FILL)
  const side = (name: string, order: schedule.ScheduleOrder): Side => ({
    name,
    before: () => served.setOrder(order),
    night: ({ sql }) => served.night(sql),
    dashboard: (random) => served.question(random),
  })
  return {
    sides: [
      side('the store by arrival', 'arrival'),
      side('the store by expected work', 'expected'),
    ],
    close: served.close,
  }
}

const { sides, close } = IS_HTTP ? await servedSides() : await pooledSides()
// One night before: the predictor learns, the others warm up.
await runRound(sides.at(-1)!, 0, 'first night')

const outcomes = new Map<string, Outcome[]>(sides.map(({ name }) => [name, []]))
for (const seed of SEEDS) {
  for (let round = 1; round <= ROUNDS; round++) {
    // Who goes first takes turns.
    for (let k = 0; k < sides.length; k++) {
      const side = sides[(k + round) % sides.length]!
      const outcome = await runRound(side, round, seed)
      outcomes.get(side.name)!.push(outcome)
      process.stderr.write(
        `${seed} ${round} ${side.name}: p95 ${quantile([outcome], 0.95).toFixed(0)} ms, ${(outcome.makespan / 1000).toFixed(1)} s, ${outcome.latencies.length} dashboards\n`,
      )
    }
  }
}
await close()

function quantile(list: readonly Outcome[], level: number): number {
  const all = list.flatMap(({ latencies }) => latencies).sort((a, b) => a - b)
  return all[Math.min(all.length - 1, Math.floor(level * all.length))]!
}

/** The 95 % interval of a ratio over rounds drawn anew, both sides of a round together. */
function interval(
  mine: readonly Outcome[],
  theirs: readonly Outcome[],
  of: (list: readonly Outcome[]) => number,
): readonly [number, number] {
  const random = createRandom(SEEDS[0]!).split('bootstrap')
  const ratios = Array.from({ length: 1000 }, () => {
    const picks = mine.map(() => random.int(mine.length))
    return of(picks.map((i) => mine[i]!)) / of(picks.map((i) => theirs[i]!))
  }).sort((a, b) => a - b)
  return [rounded(ratios[25]!), rounded(ratios[974]!)]
}

const KINDS = [
  ['p95', '≤ 0.5 times', (list) => quantile(list, 0.95), (ratio) => ratio <= 0.5],
  ['p50', 'none', (list) => quantile(list, 0.5), () => true],
  [
    'makespan',
    '≤ 1.05 times',
    (list) => median(list.map(({ makespan }) => makespan)),
    (ratio) => ratio <= 1.05,
  ],
] satisfies readonly (readonly [
  string,
  string,
  (list: readonly Outcome[]) => number,
  (ratio: number) => boolean,
])[]

const mine = outcomes.get(sides.at(-1)!.name)!
const dashboards = mine.reduce((sum, { latencies }) => sum + latencies.length, 0)
const what = IS_HTTP
  ? 'questions over HTTP'
  : FOLDER === ''
    ? 'made dashboards'
    : 'dashboards of the logs'
for (const { name } of sides.slice(0, -1)) {
  const theirs = outcomes.get(name)!
  for (const [key, target, of, isMet] of KINDS) {
    printFigure({
      figure: `warehouse-schedule ${key} over that of ${name}`,
      ...{ value: rounded(of(mine)), unit: 'ms', baseline: rounded(of(theirs)) },
      ratio: rounded(of(mine) / of(theirs)),
      interval: interval(mine, theirs, of),
      ...{ target, met: isMet(of(mine) / of(theirs)) },
      data: `${ROWS} lines, 20 nightly statements, ${PACE} ${what} a second, ${dashboards} in ${mine.length} rounds`,
      seed: SEEDS.join(','),
    })
  }
}
