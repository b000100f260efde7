import type { LoadView } from '../../src/api/load-view.ts'
import type {
  LoadCurve,
  LoadErrors,
  LoadService,
  LoadSummary,
  ServerOrder,
} from '../../src/api/schemas/load.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import { createFixtureCalendar } from './fixture-calendar.ts'
import {
  DAY,
  EVENTS,
  HOUR,
  iso,
  KNOWN_FROM,
  liftAt,
  MINUTE,
  NOW,
  REGIONS,
  SALE,
  SERVICES,
  sizeOf,
  UNTIL,
  usualAt,
} from './fixture-load-days.ts'
import { REPORT } from './fixture-load-gameday.ts'
import { liveNow } from './fixture-load-live.ts'

export interface FixtureLoadOptions {
  readonly empty?: boolean
  readonly stale?: boolean
  /** A store whose servers hold all that comes, with no game day. */
  readonly calm?: boolean
}

function emptyStore(): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', 'the store has no load yet', {
    next: 'Run `storewright run --store gift-store`.',
  })
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 10_080].map((m) => m * MINUTE)

function curveOf(
  service: string,
  region: string,
  fromMs: number,
  toMs: number,
  points: number,
): LoadCurve {
  const stepMs = STEPS.find((step) => (toMs - fromMs) / step <= points) ?? STEPS.at(-1)!
  const startMs = Math.floor(fromMs / stepMs) * stepMs
  const count = Math.max(1, Math.ceil((toMs - startMs) / stepMs))
  const size = sizeOf(service, region)
  const at = (of: (ms: number) => number | null) =>
    Array.from({ length: count }, (_, t) => {
      const ms = startMs + t * stepMs + Math.min(stepMs, DAY) / 2
      const value = of(ms)
      return value === null ? null : Math.round(value)
    })
  const smooth = (ms: number) =>
    stepMs >= DAY ? size * (1 + 0.02 * Math.sin(ms / (40 * DAY))) : usualAt(ms, size)
  const lift = (ms: number) => (stepMs >= DAY ? 0 : smooth(ms) * liftAt(ms))
  const expected = (ms: number) => (ms < NOW || ms > UNTIL ? null : smooth(ms) + lift(ms))
  const wide = (ms: number) => 0.06 + 0.25 * Math.min(1, Math.max(0, ms - NOW) / (200 * DAY))
  const times = (factor: number) =>
    at((ms) => {
      const mean = expected(ms)
      return mean === null ? null : mean * (1 + factor * wide(ms))
    })
  const past = (ms: number) =>
    ms >= NOW || ms < KNOWN_FROM
      ? null
      : (smooth(ms) + lift(ms)) * (1 + 0.03 * Math.sin(ms / 777_777) + 0.02 * Math.sin(ms / 99_991))
  const partOf = (of: (ms: number) => number) =>
    at((ms) => (expected(ms) === null ? 0 : of(ms))).map((value) => value ?? 0)
  const next = EVENTS.filter(({ isPast }) => !isPast)
  return {
    ...{ serviceId: service, region, stepSeconds: stepMs / 1000, startSeconds: startMs / 1000 },
    actual: at(past),
    actualHigh: at((ms) => {
      const value = past(ms)
      return value === null ? null : value * 1.04
    }),
    mean: at(expected),
    ...{ q10: times(-1.3), q50: times(0), q90: times(1.3), q99: times(2.4) },
    held: service === 'all' ? null : size * 2.6,
    parts: [
      { name: 'level', label: 'Level', kind: 'level', values: partOf(() => size) },
      {
        ...{ name: 'daily', label: 'Daily season', kind: 'season' },
        values: partOf((ms) => smooth(ms) - size),
      },
      ...next.map((event) => ({
        ...{ name: event.eventId, label: `Deal night, ${event.eventId.slice(5)}`, kind: 'event' },
        values: partOf((ms) =>
          Math.abs(ms - Date.parse(event.startsAt)) < 7 * DAY ? lift(ms) : 0,
        ),
      })),
    ].filter(({ values }) => values.some((value) => value !== 0)),
    events: EVENTS.filter(
      ({ startsAt, endsAt }) =>
        Date.parse(endsAt) > startMs && Date.parse(startsAt) < startMs + count * stepMs,
    ),
  }
}

function serviceRow([id, name, size]: (typeof SERVICES)[number], region: string): LoadService {
  const own = size * (region === 'us-east' ? 1 : 0.55)
  const short = id === 'search' && region === 'us-west' ? 3 : id === 'web' ? 2 : 0
  return {
    ...{ serviceId: id, name, region, lastHourPerMinute: Math.round(own * 0.8) },
    ...{ peakPerMinute: Math.round(own * 5.4), peakHighPerMinute: Math.round(own * 6.3) },
    peakAt: iso(SALE),
    ...{ servers: Math.ceil(own / 700) + 1, serverTypeId: 'c7g.large', bookedServers: 0 },
    ...{ heldPerMinute: Math.round(own * (short > 0 ? 4 : 7)), shortServers: short },
    shortFrom: short > 0 ? iso(SALE + 30 * MINUTE) : null,
    risk: short === 0 ? null : short === 3 ? 0.71 : 0.12,
    severity: short === 3 ? 'bad' : short > 0 ? 'warn' : 'ok',
    words: short > 0 ? `2 of ${2 + short} run` : '2 run',
    week: Array.from({ length: 168 }, (_, h) => Math.round(usualAt(NOW + h * HOUR, own))),
  }
}

function orderOf(
  [service, region, servers]: readonly [string, string, number],
  i: number,
): ServerOrder {
  const ready = Date.parse('2026-12-03T05:00:00Z')
  const risk = i === 0 ? 0.71 : 0.12
  return {
    orderId: `${service}-${region}-c7g.large-2026-12-03-hourly`,
    ...{ serviceId: service, region, serverTypeId: 'c7g.large', term: 'hourly' },
    ...{ servers, serversNow: servers, orderBy: iso(ready - 2 * DAY), readyAt: iso(ready) },
    ...{ until: iso(ready + 7 * DAY), costCents: servers * 1176, risk, riskWith: 0.006 },
    reason: `The week of 2026-12-03 peaks at ${servers * 31} requests/s (99 %); without these ${servers} c7g.large by the hour for 1 week, ${servers * 22} are held with a zone gone.`,
    ...{ status: 'proposed', severity: i === 0 ? 'bad' : 'warn', inPlan: i < 2, decision: null },
    gameday: i < 2 ? null : 'Deal night',
  }
}

/** Load of a store made of waves: one sale to come for which some servers are missing. */
export function createFixtureLoad(options: FixtureLoadOptions = {}): LoadView {
  const { empty = false, stale = false, calm = false } = options
  const wanted = [
    ['search', 'us-west', 3],
    ['web', 'us-east', 2],
    ['web', 'us-west', 2],
  ] as const
  const orders = new Map(
    (calm ? [] : wanted).map((one, i) => {
      const order = orderOf(one, i)
      return [order.orderId, order]
    }),
  )
  let replaying: number | undefined
  const need = () => {
    if (empty) throw emptyStore()
  }
  const find = (id: string): ServerOrder => {
    const found = orders.get(id)
    if (found === undefined) {
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no order ${id}`)
    }
    return found
  }
  const put = (next: ServerOrder): ServerOrder => {
    orders.set(next.orderId, next)
    return next
  }
  const decide = (order: ServerOrder, servers: number, by: string, reason: string | null) => {
    const action = reason === null ? 'approve' : 'override'
    const status = reason === null ? 'approved' : 'overridden'
    const decision = { action, by, at: iso(NOW), servers, reason } as const
    return put({ ...order, status, serversNow: servers, severity: 'ok', decision })
  }
  const rows = (): LoadService[] =>
    SERVICES.flatMap((one) => REGIONS.map((region) => serviceRow(one, region)))
      .map((row) => {
        const own = [...orders.values()].filter(
          ({ serviceId, region, status }) =>
            serviceId === row.serviceId && region === row.region && status === 'proposed',
        )
        if (own.length > 0) return row
        return { ...row, shortServers: 0, shortFrom: null, risk: null, severity: 'ok' as const }
      })
      .sort((a, b) => (b.risk ?? 0) - (a.risk ?? 0))
  return {
    calendar: createFixtureCalendar(EVENTS, iso(NOW), need),
    async summary(): Promise<LoadSummary> {
      need()
      const proposed = [...orders.values()].filter(({ status }) => status === 'proposed')
      const services = rows()
      const worst = services[0]!
      const lack =
        worst.shortServers === 0
          ? 'the servers that run hold it.'
          : `${worst.name} in ${worst.region} is short by ${worst.shortServers} servers from 19:30. 2 others are short too.`
      return {
        ...{ version: 4, madeAt: iso(NOW), knownFrom: iso(KNOWN_FROM), knownUntil: iso(NOW) },
        ...{ forecastUntil: iso(UNTIL), timeZone: 'UTC', currency: 'USD' },
        sentence: `Deal night on 4 Dec peaks at 56,800 requests a minute; ${lack}`,
        next: {
          ...{ eventId: EVENTS[3]!.eventId, name: 'Deal night' },
          ...{ startsAt: EVENTS[3]!.startsAt, endsAt: EVENTS[3]!.endsAt },
          ...{ peakPerMinute: 56_800, peakHighPerMinute: 66_200, usualPerMinute: 18_100 },
        },
        ...{ services, regions: [...REGIONS] },
        orders: {
          proposed: proposed.length,
          servers: proposed.reduce((sum, { servers }) => sum + servers, 0),
          costCents: proposed.reduce((sum, { costCents }) => sum + costCents, 0),
          decided: orders.size - proposed.length,
          orderBy: proposed[0]?.orderBy ?? null,
        },
        stale: stale
          ? {
              message:
                'There is load up to 29 Nov, 06:00, and the forecast knows it up to 26 Nov, 06:00.',
              command: 'storewright run --store gift-store',
            }
          : null,
      }
    },
    async curve({ service, region, from, to, points }) {
      need()
      if (sizeOf(service, region) === 0) return undefined
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
      if (toMs <= fromMs) {
        throw new StorewrightError('ERR_ARGUMENT', 'the window ends before it begins')
      }
      return curveOf(service, region, fromMs, Math.min(toMs, fromMs + 2200 * DAY), points)
    },
    async profiles({ kind }) {
      need()
      return {
        ...{ kind: kind ?? 'sale', kinds: ['sale'], stepMinutes: 5, fromMinute: -120 },
        events: EVENTS.filter((event) => event.kind === (kind ?? 'sale')).map((event, i) => {
          const lift = Array.from({ length: 120 }, (_, k) => {
            const ms = Date.parse(event.startsAt) + (k * 5 - 120) * MINUTE
            return Math.round(1000 * (1 + liftAt(ms) * (0.85 + 0.08 * i))) / 1000
          })
          return { event, lift, peak: Math.max(...lift) }
        }),
      }
    },
    async errors({ service }) {
      need()
      return service === 'all' || sizeOf(service, 'all') > 0 ? ERRORS : undefined
    },
    async outlookCsv() {
      need()
      return 'region,family,quarter,load_q50,load_upper,servers_q50,servers_upper,year_on_year\nus-east,c7g,2027-Q1,1,2,3,4,\n'
    },
    async events() {
      need()
      return { events: [...EVENTS] }
    },
    async orders() {
      need()
      return {
        ...{ version: 3, madeAt: iso(NOW), currency: 'USD', weeks: 8, risk: 0.01 },
        ...{ orders: [...orders.values()], shortWords: [], notes: [] },
      }
    },
    async approve({ orderIds, by }) {
      const found = orderIds.map(find)
      const done = found.find(({ status }) => status !== 'proposed')
      if (done !== undefined) {
        throw new StorewrightError('ERR_PLAN_STATUS', `order ${done.orderId} is ${done.status}`)
      }
      return { orders: found.map((order) => decide(order, order.servers, by, null)) }
    },
    override: async (id, { servers, reason, by }) => ({
      orders: [decide(find(id), servers, by, reason)],
    }),
    async undo({ orderIds }) {
      const found = orderIds.map(find)
      const open = found.find(({ status }) => status === 'proposed')
      if (open !== undefined) {
        throw new StorewrightError('ERR_PLAN_STATUS', `order ${open.orderId} is proposed`)
      }
      return {
        orders: found.map((order) =>
          put({
            ...order,
            ...{ status: 'proposed', serversNow: order.servers, decision: null, severity: 'warn' },
          }),
        ),
      }
    },
    async live() {
      need()
      return liveNow(calm, replaying)
    },
    async replay({ speed }) {
      need()
      replaying = speed
      return liveNow(calm, replaying)
    },
    async stopReplay() {
      need()
      replaying = undefined
      return liveNow(calm, replaying)
    },
    pushMetrics: async ({ resourceMetrics }) => ({
      partialSuccess: {},
      samples: resourceMetrics.length,
    }),
    async gameday() {
      need()
      const command =
        'storewright load gameday --event "Deal night" --target http://127.0.0.1:4600 --store gift-store --compress 60'
      return { report: calm ? null : REPORT, command }
    },
  }
}

const ERRORS: LoadErrors = {
  ...{ basis: 'kept', versions: 3 },
  sentence:
    'Up to a day ahead hours were missed by 6 % of the load, up to 30 days ahead 14 % (3 kept versions).',
  byHorizon: [
    { upToHours: 1, hours: 3, error: 0.04, bias: 0.01, inBand: 1 },
    { upToHours: 24, hours: 69, error: 0.06, bias: 0.02, inBand: 0.83 },
    { upToHours: 168, hours: 420, error: 0.09, bias: -0.01, inBand: 0.81 },
    { upToHours: 720, hours: 900, error: 0.14, bias: -0.06, inBand: 0.76 },
  ],
  reductions: [
    {
      ...{ what: 'events', share: 0.4 },
      advice:
        'Events were off: enter them with their times, and confirm or dispute their strengths.',
    },
    {
      ...{ what: 'noise', share: 0.6 },
      advice: 'Steps go up and down without a pattern: more cannot be had at this grain.',
    },
  ],
  change: {
    before: iso(NOW - DAY),
    sentence: '3 % more than in the forecast of 2026-11-25; most on 2026-12-04 (+12 %).',
    change: 0.03,
    days: [{ day: iso(SALE), now: 1_120_000, before: 1_000_000 }],
  },
}
