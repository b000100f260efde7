import { type Command, InvalidArgumentError } from 'commander'
import { parseDay } from '../../core/calendar.ts'
import {
  applyRegions,
  buildRoutesOfStore,
  describeJudged,
  networkStatus,
  planLanesOfStore,
  planRegionsOfStore,
  type RegionOptions,
  type RouteOptions,
  type TimedStep,
  withDatabase,
} from '../../loop/index.ts'
import { currentUser, storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

/** network regions, lanes, routes. */
export function addNetworkPlan(network: Command): void {
  addRegions(network)
  addLanes(network)
  addRoutes(network)
}

interface RegionsCommand {
  readonly store: string
  readonly k?: readonly number[]
  readonly mostMoved?: number
  readonly fixArea?: Readonly<Record<string, string>>
  readonly fixSite?: Readonly<Record<string, string>>
  readonly apply?: boolean
  readonly json?: boolean
}

function addRegions(network: Command): void {
  storeOption(network.command('regions'))
    .description('partition areas and sites into regions; show what each number of them would give')
    .option('--k <numbers>', 'numbers of regions to try, as 8 or 4..12', numbersOfRegions)
    .option(
      '--most-moved <areas>',
      'most areas that may leave the region they are in',
      wholeNumber(0),
    )
    .option(
      '--fix-area <area=region>',
      'tie an area to a region, as 06075=R1; may be repeated',
      tie,
      {},
    )
    .option('--fix-site <site=region>', 'tie a site to a region; may be repeated', tie, {})
    .option('--apply', 'put the regions in force')
    .option('--json', 'print as JSON')
    .action(planRegions)
}

async function planRegions(options: RegionsCommand): Promise<void> {
  const { store, k, mostMoved, fixArea, fixSite, json } = options
  const wanted: RegionOptions = {
    ...(k === undefined ? {} : { counts: k }),
    ...(mostMoved === undefined ? {} : { mostMoved }),
    ...(fixArea === undefined ? {} : { fixedAreas: fixArea }),
    ...(fixSite === undefined ? {} : { fixedSites: fixSite }),
  }
  const step = await planned(json === true, (run) => planRegionsOfStore(store, run, wanted))
  if (options.apply === true)
    await applyRegions(store, { version: step.version, by: currentUser() })
  const curve = await withDatabase(store, 'read', (db) =>
    db.rows(
      `SELECT regions, whole_share, promised_share, cost_cents, objective_cents, breadth, outside_lines, moved_areas, feasible, chosen, why
       FROM region_curve WHERE version = $1 ORDER BY regions`,
      [step.version],
    ),
  )
  const status = await networkStatus(store, Date.now())
  const simulated = [status.regions, status.proposedRegions].find(
    (one) => one?.version === step.version,
  )?.note.simulated
  const data = {
    version: step.version,
    applied: options.apply === true,
    curve,
    simulated: simulated ?? null,
    status: status.regions,
  }
  printData(json === true, data, () =>
    describeCurve(curve, step, options, describeJudged(simulated)),
  )
}

type CurveRow = Readonly<Record<string, string | number | null>>

function describeCurve(
  curve: readonly CurveRow[],
  step: TimedStep,
  { apply, store }: RegionsCommand,
  judged: readonly string[],
): string {
  const chosen = curve.find((row) => Number(row['chosen']) === 1)
  const percent = (value: unknown) => `${(100 * Number(value)).toFixed(1)} %`
  const lines = curve.map((row) => {
    const mark = row === chosen ? '▶' : ' '
    const head = `${mark} ${String(row['regions']).padStart(3)}`
    if (Number(row['feasible']) === 0) return `${head}   nothing fits: ${row['why']}`
    return [
      head,
      percent(row['whole_share']).padStart(9),
      percent(row['promised_share']).padStart(9),
      `$${(Number(row['cost_cents']) / 100).toFixed(2)}`.padStart(9),
      String(Math.round(Number(row['breadth']))).padStart(9),
      Math.round(Number(row['outside_lines'])).toString().padStart(9),
      `  ${row['why']}`,
    ].join('')
  })
  return [
    `${chosen?.['regions']} regions fill ${percent(chosen?.['whole_share'])} of orders wholly inside them.`,
    '',
    `    k    whole   promised  an order   breadth  outside   why`,
    ...lines,
    '',
    ...judged.map((line) => line.trim()),
    `Plan ${step.version}${step.skipped ? ' (nothing it reads has changed)' : `, ${step.wallSeconds.toFixed(0)} s`}. ${
      apply === true
        ? `In force. Next: storewright network lanes --store ${store}`
        : `Not in force: storewright network regions --apply --store ${store}`
    }`,
  ].join('\n')
}

function addLanes(network: Command): void {
  storeOption(network.command('lanes'))
    .description('plan lanes and departures for the regions in force')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const step = await planned(json === true, (run) => planLanesOfStore(store, run))
      const { lanes } = await networkStatus(store, Date.now())
      const note = lanes!.note
      printData(json === true, { step, note }, () =>
        [
          `${note.lanes} lanes run, ${note.lanesBefore - note.lanes} fewer than today; ${note.departuresAWeek} departures a week instead of ${note.departuresBefore}.`,
          `Trucks are filled to ${Math.round(100 * note.fill)} %, direct ones to ${Math.round(100 * note.directFill)} %; ${note.meanHours.toFixed(0)} hours from site to station.`,
          `A week costs $${dollars(note.costCents)}; in full trucks alone it would be $${dollars(note.boundCents)}.`,
          ...(note.latePairs === 0
            ? []
            : [
                `${note.latePairs} pairs of a site and a station are served later than promised: no lanes are faster.`,
              ]),
          `Plan ${step.version}. Next: storewright network routes --store ${store}`,
        ].join('\n'),
      )
    })
}

interface RoutesCommand {
  readonly store: string
  readonly today?: boolean
  readonly from?: number
  readonly closeSite?: readonly string[]
  readonly closeLane?: readonly string[]
  readonly closeArea?: readonly string[]
  readonly storm?: readonly Storm[]
  readonly json?: boolean
}

function addRoutes(network: Command): void {
  storeOption(network.command('routes'))
    .description('build a route set: the best routes from every site to every area')
    .option('--today', 'from the departures of today, whatever lanes are planned')
    .option('--from <day>', 'first day, YYYY-MM-DD; default: the week of the last orders', dayOf)
    .option('--close-site <site>', 'a set for when this site is closed; may be repeated', many)
    .option('--close-lane <lane>', 'a set for when this lane is down; may be repeated', many)
    .option(
      '--close-area <area>',
      'a set for when nothing gets to this area; may be repeated',
      many,
    )
    .option(
      '--storm <lat,lon,km>',
      'a set for when all sites and areas within so many km are closed; may be repeated',
      stormAt,
    )
    .option('--json', 'print as JSON')
    .action(async (options: RoutesCommand) => {
      const { store, today, from, json } = options
      const outage = outageOf(options)
      const wanted: RouteOptions = {
        ...(today === true ? { today } : {}),
        ...(from === undefined ? {} : { firstDay: from }),
        ...(outage === undefined ? {} : { outage }),
      }
      const step = await planned(json === true, (run) => buildRoutesOfStore(store, run, wanted))
      const { routeSets } = await networkStatus(store, Date.now())
      const { note } = routeSets.find(({ version }) => version === step.version)!
      const first = new Date(note.baseMinute * 60_000).toISOString().slice(0, 10)
      printData(json === true, { step, note }, () =>
        [
          `Route set ${step.version} (${note.name}): ${note.routes.toLocaleString('en-US')} routes from ${note.sites} sites to ${note.areas} areas, ${note.spanMinutes / 1440} days from ${first}.`,
          ...(note.unreached.length === 0
            ? []
            : [
                `No site reaches ${note.unreached.length} areas: ${note.unreached.slice(0, 5).join(', ')} …`,
              ]),
          `Serves no one yet. Next: storewright network switch --set ${step.version} --store ${store}`,
        ].join('\n'),
      )
    })
}

/** What the command closes; undefined where it closes nothing. */
function outageOf({
  closeSite: sites = [],
  closeLane: lanes = [],
  closeArea: areas = [],
  storm: storms = [],
}: RoutesCommand): RouteOptions['outage'] {
  if (sites.length + lanes.length + areas.length + storms.length === 0) return undefined
  return { sites, lanes, areas, ...(storms.length === 0 ? {} : { storms }) }
}

async function planned(
  isJson: boolean,
  plan: (run: {
    readonly now: number
    readonly onProgress: ReturnType<typeof progressPrinter>['onProgress']
    readonly signal: AbortSignal
  }) => Promise<TimedStep>,
): Promise<TimedStep> {
  const progress = progressPrinter(isJson)
  try {
    return await plan({
      now: Date.now(),
      onProgress: progress.onProgress,
      signal: stopSignal(),
    })
  } finally {
    progress.end()
  }
}

function dollars(cents: number): string {
  return Math.round(cents / 100).toLocaleString('en-US')
}

function numbersOfRegions(text: string): number[] {
  const [, first, last] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? []
  const [low, high] = [Number(first), Number(last ?? first)]
  if (!(low >= 1 && high >= low && high <= 500))
    throw new InvalidArgumentError('Give a number of regions, as 8, or a range, as 4..12.')
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}

function tie(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, place, region] = /^(.+)=(R\d+)$/.exec(text) ?? []
  if (place === undefined || region === undefined)
    throw new InvalidArgumentError('Give a place and a region, as 06075=R1.')
  return { ...before, [place]: region }
}

function many(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

interface Storm {
  readonly lat: number
  readonly lon: number
  readonly km: number
}

function stormAt(text: string, before: readonly Storm[] = []): Storm[] {
  const [lat, lon, km, ...more] = text.split(',').map((part) => Number(part.trim() || 'none'))
  if (lat === undefined || lon === undefined || km === undefined || more.length > 0)
    throw new InvalidArgumentError('Give degrees north, degrees east and km, as 29.8,-95.4,150.')
  if (![lat, lon, km].every(Number.isFinite) || km <= 0)
    throw new InvalidArgumentError('Give degrees north, degrees east and km, as 29.8,-95.4,150.')
  return [...before, { lat, lon, km }]
}

function dayOf(text: string): number {
  const day = parseDay(text)
  if (day === undefined || Number.isNaN(day))
    throw new InvalidArgumentError('Give a day as YYYY-MM-DD.')
  return day
}
