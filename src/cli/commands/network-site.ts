import { type Command, InvalidArgumentError } from 'commander'
import {
  type GivenScenario,
  planSitesOfStore,
  readSitesNote,
  type SiteOptions,
  type SiteStep,
  type SitesNote,
  type SiteYear,
} from '../../loop/index.ts'
import { storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

interface SiteCommand {
  readonly store: string
  readonly years: number
  readonly growth: number
  readonly scenarios?: readonly GivenScenario[]
  readonly mostChanges: number
  readonly candidates?: number
  readonly mustKeep?: readonly string[]
  readonly forbid?: readonly string[]
  readonly json?: boolean
}

/** network site. */
export function addNetworkSite(network: Command): void {
  storeOption(network.command('site'))
    .description(
      'where to open, enlarge or close buildings over years in which demand may go several ways',
    )
    .option('--years <number>', 'years ahead', wholeNumber(1), 5)
    .option('--growth <share>', 'expected growth of demand a year', finite, 0.08)
    .option(
      '--scenarios <list>',
      'ways demand may go, as low=0.3:-0.02,mid=0.5:0.06,high=0.2:0.14 (name=probability:growth a year; without growth as expected); default: the expected growth, less and more',
      scenarioList,
    )
    .option(
      '--most-changes <number>',
      'sites that may open, grow or close in a year',
      wholeNumber(0),
      2,
    )
    .option(
      '--candidates <number>',
      'new places to look at; default: the knob network.site-candidates',
      wholeNumber(0),
    )
    .option('--must-keep <site>', 'a site that stays open; may be repeated', many)
    .option(
      '--forbid <site>',
      'a site that closes, or a new place not to open; may be repeated',
      many,
    )
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
What a building, a change and a mile cost are knobs (storewright knobs: network.site-…, network.mile-cents).
The plan is a proposal: nothing in the store follows from it. Table: site_plan.`,
    )
    .action(planSites)
}

async function planSites({ store, json, ...options }: SiteCommand): Promise<void> {
  const wanted: SiteOptions = options
  const progress = progressPrinter(json === true)
  const step = await planSitesOfStore(
    store,
    { now: Date.now(), onProgress: progress.onProgress, signal: stopSignal() },
    wanted,
  ).finally(() => progress.end())
  const note = await readSitesNote(store, step.version)
  const state = step.skipped
    ? 'nothing it reads has changed'
    : `${step.cpuSeconds.toFixed(0)} s of CPU`
  printData(json === true, { version: step.version, ...note }, () =>
    [...describeSites(note), '', `Plan ${step.version} (${state}). Table: site_plan.`].join('\n'),
  )
}

const dollars = (cents: number) => `$${Math.round(cents / 100).toLocaleString('en-US')}`
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const rooms = (m3: number) => `${Number(m3.toPrecision(3)).toLocaleString('en-US')} m³`

/** The plan for people: what to do, when, why; what each way of demand comes to; how sure it is. */
function describeSites(note: SitesNote): string[] {
  const { steps, scenarios, committedYears } = note
  const later = steps.filter(({ year }) => year > committedYears)
  const isCommon = (step: SiteStep) => step.scenarios.length === scenarios.length
  return [
    summary(note),
    '',
    `Decided now, whichever way demand goes (years 1 to ${committedYears}):`,
    ...describeSteps(steps.filter(({ year }) => year <= committedYears)),
    'Later, whichever way demand goes:',
    ...describeSteps(later.filter(isCommon)),
    ...scenarios.flatMap(({ name, probability, growth }) => [
      `Later, if ${name} (${percent(probability)}; ${percent(growth)} a year):`,
      ...describeSteps(later.filter((step) => !isCommon(step) && step.scenarios.includes(name))),
    ]),
    '',
    ...describePath(note.path),
  ]
}

function summary({
  years,
  costCents,
  boundCents,
  gap,
  isProven,
  isCut,
  staying,
}: SitesNote): string {
  const proof = isProven
    ? 'no plan costs less'
    : `no plan costs less than ${dollars(boundCents)} (gap ${percent(gap)})${isCut ? '; time ended the search, knob network.site-seconds' : ''}`
  const saved =
    staying.costCents === null
      ? `Changing nothing does not work: ${staying.blocked}.`
      : `Changing nothing costs ${dollars(staying.costCents)}.`
  return `${dollars(costCents)} expected over ${years} years, discounted; ${proof}. ${saved}`
}

function describeSteps(steps: readonly SiteStep[]): string[] {
  if (steps.length === 0) return ['  nothing']
  return steps.flatMap(
    ({ year, action, siteId, place, fromM3, sizeM3, costCents, reason, alternatives }) => {
      const where = place === '' || siteId.startsWith(place) ? siteId : `${siteId} (${place})`
      const size =
        action === 'close'
          ? rooms(fromM3)
          : fromM3 > 0
            ? `${rooms(fromM3)} → ${rooms(sizeM3)}`
            : rooms(sizeM3)
      const others = alternatives.map(({ siteId: other, extraCents }) =>
        extraCents < 0
          ? `${other} saves ${dollars(-extraCents)}`
          : `${other} costs ${dollars(extraCents)} more`,
      )
      return [
        `  year ${year}  ${action.padEnd(7)}  ${where}: ${size}, ${dollars(costCents)}`,
        `          ${reason}${others.length === 0 ? '' : ` Instead: ${others.join('; ')}.`}`,
      ]
    },
  )
}

function describePath(path: readonly SiteYear[]): string[] {
  return [
    'scenario    year  orders a day  sites  orders a site      room  needed   miles   buildings     changes   transport  an order',
    ...path.map((row) => {
      const all = row.buildingCents + row.changeCents + row.transportCents
      return [
        row.scenario.padEnd(10),
        String(row.year).padStart(6),
        Math.round(row.ordersADay).toLocaleString('en-US').padStart(14),
        String(row.sites).padStart(7),
        (row.sites === 0 ? '–' : String(Math.round(row.ordersADay / row.sites))).padStart(15),
        rooms(row.roomM3).padStart(10),
        (row.roomM3 === 0 ? '–' : percent(row.neededM3 / row.roomM3)).padStart(8),
        (row.miles === null ? '–' : row.miles.toFixed(0)).padStart(8),
        dollars(row.buildingCents).padStart(12),
        dollars(row.changeCents).padStart(12),
        dollars(row.transportCents).padStart(12),
        `$${(all / 365 / row.ordersADay / 100).toFixed(2)}`.padStart(10),
      ].join('')
    }),
  ]
}

function finite(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a finite number, as 0.08 for 8 % a year.')
  return value
}

/** `name=probability:growth` or `name=probability`, with commas between. */
function scenarioList(text: string): GivenScenario[] {
  return text.split(',').map((part) => {
    const [, name, probability, growth] =
      /^\s*([^=:\s]+)\s*=\s*([^:\s]+)(?::(\S+))?\s*$/.exec(part) ?? []
    if (name === undefined || probability === undefined)
      throw new InvalidArgumentError(
        `"${part.trim()}" is no scenario. Give name=probability:growth, as low=0.3:-0.02,high=0.7:0.1.`,
      )
    return {
      name,
      probability: finite(probability),
      ...(growth === undefined ? {} : { growth: finite(growth) }),
    }
  })
}

function many(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}
