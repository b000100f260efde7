// Nightly statements beside dashboards on one DuckDB: by expected work, with and without knowing which
// are nightly, against first come, first served with as many slots, and with as many slots as cores.
// Dashboards come at random moments of the night, the same for all, whether or not earlier ones are
// answered. The makespan is the end of the last of all statements; beside it that of the last nightly one.
//
//   npm run -s bench -- warehouse-schedule [--data DIR] [--rows 800000] [--rounds 4] [--seeds 1]
//     [--nightly 60] [--dashboards 40] [--http]
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

const ROWS = Number(argument('rows', '800000'))
const ROUNDS = Number(argument('rounds', '4'))
const SEEDS = argument('seeds', argument('seed', '1')).split(',')
const FOLDER = argument('data', '')
const CORES = 2
const SHORT_SLOTS = schedule.scheduleShortSlots.default
/** Nightly statements and dashboards of a round. */
const STATEMENTS = Number(argument('nightly', '60'))
const DASHBOARDS = Number(argument('dashboards', '40'))
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
  return Array.from({ length: STATEMENTS }, (_, i) => {
    const { template, sql } = NIGHTLY[i % NIGHTLY.length]!
    const k = Math.floor(i / NIGHTLY.length)
    return { template, sql: sql.replace('$1', `${(k + round) % 7}`) }
  })
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
  /** End of the last of all statements, ms. */
  readonly makespan: number
  /** End of the last nightly one, ms. */
  readonly night: number
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Dashboards come in the first part of the night: as long as it takes alone, less a tenth. */
const PART = 0.9

/** Nightly statements all at once, and `count` dashboards at random moments of the next `spanMs`. */
async function runRound(
  side: Side,
  round: number,
  seed: string,
  { count, spanMs }: { readonly count: number; readonly spanMs: number },
): Promise<Outcome> {
  side.before?.()
  const random = createRandom(seed).split(`round ${round}`)
  const dashboards = Array.from({ length: count }, () => ({
    at: random.next() * spanMs,
    draw: random.next(),
  })).sort((a, b) => a.at - b.at)
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const night = Promise.all(nightly(round).map(side.night)).then(since)
  const latencies = dashboards.map(async ({ at, draw }) => {
    await sleep(at)
    await side.dashboard(draw)
    // From the moment it was due: a late timer counts against the policy as well.
    return since() - at
  })
  const waited = await Promise.all(latencies)
  const nightEnd = await night
  return { latencies: waited, night: nightEnd, makespan: since() }
}

/** Policies on connections of one database in memory. */
async function pooledSides(): Promise<{ readonly sides: readonly Side[]; close(): void }> {
  const slots = CORES + SHORT_SLOTS
  const connections = await openConnections(':memory:', slots, { threads: CORES })
  await connections[0]!.run(FILL)
  const next = await dashboardsOf(connections[0]!)
  const predictor = schedule.createWorkPredictor({ capacity: 1000, cores: CORES })
  const side = (name: string, policy: schedule.SchedulePolicy, isKnown = false): Side => {
    const scheduler = schedule.createScheduler({
      ...{ policy, predictor, machine: { cores: CORES, memoryBytes: 8e9 } },
      ...{ clock: () => performance.now(), cpuClock: cpuNow },
    })
    const pool = schedule.createScheduledPool(connections, scheduler)
    const ask = ({ template, sql }: Statement, isBackground = false) =>
      pool.answer(sql, { template, isBackground })
    return {
      name,
      night: (statement) => ask(statement, isKnown),
      dashboard: (random) => ask(next(random)),
    }
  }
  const ours = schedule.shortestExpectedFirst({
    shortMs: schedule.scheduleShortMs.default,
    shortSlots: SHORT_SLOTS,
    ageing: schedule.scheduleAgeing.default,
    firstShare: schedule.scheduleFirstShare.default,
    awaitedShare: schedule.scheduleAwaitedShare.default,
    interference: predictor.interference,
  })
  const sides = [
    side(`first come, first served, ${slots} slots`, schedule.firstComeFirstServed(slots)),
    side(`first come, first served, ${CORES} slots`, schedule.firstComeFirstServed(CORES)),
    side('expected work alone', ours),
    side('expected work, the night behind', ours, true),
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
// Nights before, alone: the predictor learns, the others warm up, and their length is known.
const alone = { count: 0, spanMs: 0 }
await runRound(sides.at(-1)!, 0, 'first night', alone)
const { night: aloneMs } = await runRound(sides[0]!, 0, 'second night', alone)
const span = { count: DASHBOARDS, spanMs: PART * aloneMs }
await runRound(sides.at(-1)!, 0, 'third night', span)

const outcomes = new Map<string, Outcome[]>(sides.map(({ name }) => [name, []]))
for (const seed of SEEDS) {
  for (let round = 1; round <= ROUNDS; round++) {
    // Who goes first takes turns.
    for (let k = 0; k < sides.length; k++) {
      const side = sides[(k + round) % sides.length]!
      const outcome = await runRound(side, round, seed, span)
      outcomes.get(side.name)!.push(outcome)
      process.stderr.write(
        `${seed} ${round} ${side.name}: p95 ${quantile([outcome], 0.95).toFixed(0)} ms, ${(outcome.makespan / 1000).toFixed(2)} s, night ${(outcome.night / 1000).toFixed(2)} s\n`,
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

const medianOf = (part: 'makespan' | 'night') => (list: readonly Outcome[]) =>
  median(list.map((outcome) => outcome[part]))

const KINDS = [
  ['p95 of dashboards', '≤ 0.5 times', (list) => quantile(list, 0.95), (ratio) => ratio <= 0.5],
  ['p50 of dashboards', 'none', (list) => quantile(list, 0.5), () => true],
  ['end of all statements', '≤ 1.05 times', medianOf('makespan'), (ratio) => ratio <= 1.05],
  ['end of the nightly statements', 'none', medianOf('night'), () => true],
] satisfies readonly (readonly [
  string,
  string,
  (list: readonly Outcome[]) => number,
  (ratio: number) => boolean,
])[]

const what = IS_HTTP
  ? 'questions over HTTP'
  : FOLDER === ''
    ? 'made dashboards'
    : 'dashboards of the logs'
const rounds = SEEDS.length * ROUNDS
for (const own of sides.slice(IS_HTTP ? 1 : 2)) {
  const mine = outcomes.get(own.name)!
  for (const { name } of sides.slice(0, IS_HTTP ? 1 : 2)) {
    const theirs = outcomes.get(name)!
    for (const [key, target, of, isMet] of KINDS) {
      printFigure({
        figure: `warehouse-schedule ${key}: ${own.name}, over ${name}`,
        ...{ value: rounded(of(mine)), unit: 'ms', baseline: rounded(of(theirs)) },
        ratio: rounded(of(mine) / of(theirs)),
        interval: interval(mine, theirs, of),
        ...(target === 'none' ? {} : { target, met: isMet(of(mine) / of(theirs)) }),
        data: `${ROWS} lines, ${STATEMENTS} nightly statements, ${DASHBOARDS} ${what} in each of ${rounds} rounds, ${(DASHBOARDS / (span.spanMs / 1000)).toFixed(1)} a second`,
        seed: SEEDS.join(','),
      })
    }
  }
}
