import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { readEventFile } from '../../load/index.ts'
import {
  curvesOfForecast,
  curvesOfHistory,
  type EventCurves,
  eventCurves,
  findEvent,
  keepGameday,
  placeProposals,
  readGamedayFacts,
  storeSettings,
} from '../../loop/index.ts'
import {
  type Dialect,
  type GamedayResult,
  type GamedayShop,
  gamedayHtml,
  gamedayText,
  parseTarget,
  type RequestTemplate,
  readGamedayKnobs,
  runGameday,
  type ServiceServers,
  storewrightDialect,
  templateDialect,
  verdictOf,
} from '../../world/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

interface GamedayCliOptions {
  readonly event: string
  readonly target: string
  readonly store?: string
  readonly forecast?: string
  readonly history?: string
  readonly events?: string
  readonly region?: string
  readonly multiple: number[]
  readonly wanted?: number
  readonly compress: number
  readonly warmUp: number
  readonly level?: number
  readonly before: number
  readonly after: number
  readonly spacing: 'poisson' | 'even'
  readonly requests?: string
  readonly servers: Map<string, number>
  readonly p99: number
  readonly stopErrors: number
  readonly stopP99: number
  readonly health?: string
  readonly allow: string[]
  readonly token?: string
  readonly seed: number
  readonly report?: string
  readonly place: boolean
  readonly json: boolean
}

/** load gameday: an event's load before the day, by virtual customers over HTTP. */
export function addLoadGameday(load: Command): void {
  const command = load
    .command('gameday')
    .description("drive an event's forecast against a test server before the day")
    .requiredOption('--event <name>', 'id, name or kind of an event; of several, the next one')
    .requiredOption('--target <url>', 'server to load; this machine, or one that is allowed')
    .option('--store <dir>', 'store whose customers come, and whose load is forecast')
  inputOptions(command)
  driveOptions(command)
  stopOptions(command)
  command
    .option('--report <file>', 'page to write, .html or .md')
    .option('--place', 'write the servers to order into the store, as proposals', false)
    .option('--json', 'the result as JSON to stdout', false)
    .addHelpText('after', EXAMPLES)
    .action(gameday)
}

function inputOptions(command: Command): void {
  command
    .option('--forecast <file>', 'what load forecast wrote, instead of forecasting now')
    .option('--history <file>', 'history to forecast from: ds, y, service (CSV, .gz)')
    .option('--events <file>', 'event_id, kind, starts_at, ends_at; with --forecast or --history')
    .option('--region <name>', 'load of this region alone; without it all regions together')
    .option('--level <number>', 'this quantile of the load instead of its mean', share)
    .option('--before <minutes>', 'minutes driven before the event', wholeNumber(0), 60)
    .option('--after <minutes>', 'minutes driven after the event', wholeNumber(0), 60)
    .option('--requests <file>', 'how the shop is asked, service by service (JSON)')
    .option(
      '--servers <list>',
      'servers the target stands for: 3, or search=3,cart=1',
      parseServers,
      new Map<string, number>(),
    )
}

function driveOptions(command: Command): void {
  command
    .option('--multiple <list>', 'rising multiples of the forecast', parseMultiples, [1])
    .option('--wanted <number>', 'multiple that must hold; the largest of --multiple', positive)
    .option('--compress <number>', 'minutes of the event that pass in one; same rates', positive, 1)
    .option('--warm-up <seconds>', 'rise to the first rate before the first run', wholeNumber(0), 5)
    .addOption(
      new Option('--spacing <how>', 'as customers come, or as even as can be')
        .choices(['poisson', 'even'])
        .default('poisson'),
    )
    .option('--token <token>', 'sent as Authorization: Bearer')
    .option('--seed <number>', 'same seed, same customers at the same moments', wholeNumber(0), 1)
}

function stopOptions(command: Command): void {
  command
    .option('--p99 <ms>', 'objective of services that state none', positive, 500)
    .option('--stop-errors <share>', 'stop above this share of failures in a second', share, 0.2)
    .option('--stop-p99 <ms>', 'stop when one request in a hundred takes longer', positive, 5000)
    .option('--health <url>', 'stop when this address does not answer 2xx')
    .option('--allow <url>', 'a target that may be loaded, beside those of the settings', add, [])
}

const EXAMPLES = `
Loads only this machine, the gameday_targets of [load] in storewright.toml, and what --allow names.
Orders are really placed: drive a copy of the shop.

Examples:
  storewright serve --store copy-of-my-store
  storewright load gameday --event "Deal night" --target http://127.0.0.1:4600 --store my-store --compress 60
  storewright load gameday --event sale-1 --target https://test.shop.example --allow https://test.shop.example \\
    --history h.csv --events e.csv --requests shop.json --multiple 1,1.5,2 --report gameday.html`

async function gameday(options: GamedayCliOptions): Promise<void> {
  const settings = options.store === undefined ? undefined : storeSettings(options.store)
  const allowed = [...(settings?.load.gameday_targets ?? []), ...options.allow]
  // Before anything is read or forecast: a target that may not be loaded is refused at once.
  const target = parseTarget(options.target, allowed)
  const health = options.health === undefined ? undefined : parseTarget(options.health, allowed)
  requireArgument(!options.place || options.store !== undefined, '--place needs --store')
  const dialect = dialectOf(options)
  const progress = progressPrinter(options.json)
  const signal = stopSignal()
  const input = await readInput(options, progress.onProgress, signal)
  progress.end()
  for (const note of input.curves.notes) process.stderr.write(`${note}\n`)
  const { event } = input
  const result = await runGameday(
    {
      event: {
        ...{ eventId: event.eventId, name: event.name },
        ...{ startsAt: event.startMs, endsAt: event.endMs },
      },
      forecasts: input.curves.forecasts,
      ...windowOf(event, options),
      ...{ target, dialect, shop: input.shop, multiples: options.multiple },
      ...{ compress: options.compress, spacing: options.spacing, seed: options.seed },
      warmUpMs: 1000 * options.warmUp,
      orderPrefix: `gameday-${Date.now().toString(36)}-`,
      ...{ objectivesMs: input.objectivesMs, otherwiseMs: options.p99 },
      safety: { errorShare: options.stopErrors, p99Ms: options.stopP99 },
      servers: { tested: testedServers(options, input.curves), running: input.running },
      wanted: options.wanted ?? options.multiple.at(-1)!,
      knobs: readGamedayKnobs(settings?.knobs),
      ...(health === undefined ? {} : { health }),
      ...(options.token === undefined ? {} : { token: options.token }),
    },
    {
      clock: () => performance.now(),
      rest: (ms) => new Promise((done) => setTimeout(done, ms)),
      onProgress: progress.onProgress,
      signal,
    },
  )
  progress.end()
  await tell(result, options)
}

async function tell(result: GamedayResult, options: GamedayCliOptions): Promise<void> {
  const { report, json, place, store } = options
  if (report !== undefined) {
    writeFileWhole(report, /\.html?$/i.test(report) ? gamedayHtml(result) : gamedayText(result))
    process.stderr.write(`Wrote ${report}.\n`)
  }
  if (store !== undefined) {
    process.stderr.write(
      `Kept as ${keepGameday(store, result, Date.now())}; the console shows it.\n`,
    )
  }
  if (place && store !== undefined && result.proposals.length > 0) {
    const note = {
      from: 'game day',
      event: result.event.eventId,
      found: verdictOf(result),
    } as const
    const { version } = await placeProposals(store, result.proposals, note, Date.now())
    process.stderr.write(`Placed ${result.proposals.length} proposals (capacity ${version}).\n`)
  }
  printData(json, result, () => gamedayText(result).trimEnd())
}

interface Input {
  readonly event: GamedayEvent
  readonly curves: EventCurves
  readonly shop: GamedayShop
  readonly objectivesMs: ReadonlyMap<string, number>
  readonly running: readonly ServiceServers[]
}

interface GamedayEvent {
  readonly eventId: string
  readonly name: string
  readonly kind: string
  readonly startMs: number
  readonly endMs: number
}

/** Minutes about an event that are driven. */
function windowOf({ startMs, endMs }: GamedayEvent, { before, after }: GamedayCliOptions) {
  return { fromMs: startMs - before * 60_000, toMs: endMs + after * 60_000 }
}

/** Someone who has no store asks for what a template writes down. */
const NOTHING_KNOWN: Omit<Input, 'event' | 'curves'> = {
  shop: {
    productIds: ['product'],
    priceCents: [0],
    popularity: [1],
    areaIds: ['all'],
    areaWeights: [1],
    queryFor: () => 'anything',
  },
  objectivesMs: new Map(),
  running: [],
}

async function readInput(
  options: GamedayCliOptions,
  onProgress: Parameters<typeof curvesOfHistory>[0]['onProgress'],
  signal: AbortSignal,
): Promise<Input> {
  const { store, forecast, history, region, seed } = options
  const column = options.level === undefined ? 'mean' : `q${options.level}`
  const given = await eventsOfFile(options)
  const isLoadGiven = forecast !== undefined || history !== undefined
  const nowMs = Date.now()
  if (store === undefined) {
    requireArgument(given !== undefined && isLoadGiven, MISSING)
    requireArgument(options.requests !== undefined, NO_STORE)
  }
  const facts =
    store === undefined
      ? undefined
      : await readGamedayFacts(store, {
          ...{ event: options.event, nowMs, isLoadGiven, column },
          aboutMinutes: Math.max(options.before, options.after),
          ...(region === undefined ? {} : { region }),
          ...(given === undefined ? {} : { events: given }),
        })
  const event = facts?.event ?? findEvent(given ?? [], options.event, nowMs)
  const window = windowOf(event, options)
  const request = { window, column, seed, onProgress, signal }
  const curves =
    forecast !== undefined
      ? await curvesOfForecast(forecast, column)
      : history !== undefined
        ? await curvesOfHistory({ ...request, history, events: eventFileOf(options) })
        : eventCurves({
            ...{ ...request, histories: facts!.histories, events: facts!.events },
            kept: facts!.kept,
          })
  return { ...(facts ?? NOTHING_KNOWN), event, curves }
}

const MISSING =
  'say where the load comes from: --store DIR, or --forecast or --history with --events'
const NO_STORE = 'say with --requests FILE how the shop is asked, or with --store DIR what it sells'

function eventFileOf({ events }: GamedayCliOptions): string {
  requireArgument(events !== undefined, '--history needs --events, which say when the event is')
  return events
}

async function eventsOfFile({ events }: GamedayCliOptions) {
  if (events === undefined) return undefined
  // A file names kinds and ids alone.
  return (await readEventFile(events)).map((event) => ({ ...event, name: event.eventId }))
}

function dialectOf({ requests }: GamedayCliOptions): Dialect {
  if (requests === undefined) return storewrightDialect()
  try {
    const templates = JSON.parse(readFileSync(requests, 'utf8')) as Record<string, RequestTemplate>
    return templateDialect(templates, requests)
  } catch (cause) {
    if (cause instanceof StorewrightError) throw cause
    throw new StorewrightError('ERR_ARGUMENT', `${requests} cannot be read as JSON`, {
      file: requests,
      next: 'Write { "search": { "path": "/search?q={query}" }, … }; docs/game-day.md has an example.',
      cause,
    })
  }
}

/** `--servers 3` is meant for every service. */
function testedServers({ servers }: GamedayCliOptions, curves: EventCurves): Map<string, number> {
  const all = servers.get('')
  const named = curves.forecasts.map(({ service }) => [service, all ?? 1] as const)
  return new Map([...named, ...servers])
}

function parseServers(text: string): Map<string, number> {
  return new Map(
    text.split(',').map((part) => {
      const [name, count] = part.includes('=') ? part.split('=') : ['', part]
      const servers = Number(count)
      if (Number.isInteger(servers) && servers > 0) return [name!.trim(), servers] as const
      throw new InvalidArgumentError('Give a number of servers, or search=3,cart=1.')
    }),
  )
}

function parseMultiples(text: string): number[] {
  return text.split(',').map(positive)
}

function positive(text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Give a number above 0.')
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new InvalidArgumentError('Give a number between 0 and 1.')
}

function add(text: string, list: string[]): string[] {
  return [...list, text]
}
