import { type Command, InvalidArgumentError } from 'commander'
import {
  type NetworkSimulation,
  type NetworkStatus,
  networkStatus,
  type RouteSwitch,
  rollBackRoutes,
  simulateNetwork,
  switchRoutes,
} from '../../loop/index.ts'
import { currentUser, storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

/** network status, switch, rollback, simulate. */
export function addNetworkOperate(network: Command): void {
  addStatus(network)
  addSwitch(network)
  addRollback(network)
  addSimulate(network)
}

function addStatus(network: Command): void {
  storeOption(network.command('status'))
    .description('which regions, lanes and route sets are in force, and what was switched')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const status = await networkStatus(store, Date.now())
      printData(json === true, status, () => describeStatus(status, store))
    })
}

function describeStatus(status: NetworkStatus, store: string): string {
  const { regions, proposedRegions, lanes, routeSets, serving, areas, switches, revision } = status
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const lines = [
    regions === undefined
      ? `Regions: none. Plan them: storewright network regions --store ${store}`
      : `Regions: plan ${regions.version}, ${regions.note.regions} regions, ${percent(regions.note.wholeShare)} of orders whole inside.`,
  ]
  if (proposedRegions !== undefined)
    lines.push(
      `Proposed: plan ${proposedRegions.version}, ${proposedRegions.note.regions} regions, ${percent(proposedRegions.note.wholeShare)} whole inside; storewright network regions --apply --store ${store}`,
    )
  lines.push(
    lanes === undefined
      ? 'Lanes: as today.'
      : `Lanes: plan ${lanes.version}, ${lanes.note.lanes} lanes, trucks filled to ${percent(lanes.note.fill)}.`,
  )
  for (const { version, note } of routeSets) {
    const served = serving.find((one) => one.version === version)?.areas ?? 0
    const state =
      served === 0
        ? '○ ready'
        : served === areas
          ? '● serves everyone'
          : `◐ serves ${served} of ${areas} areas`
    lines.push(
      `Route set ${version}: ${note.name}, ${note.routes.toLocaleString('en-US')} routes. ${state}`,
    )
  }
  lines.push(`Switches (revision ${revision}):`)
  if (switches.length === 0) lines.push('  none yet')
  for (const one of switches) lines.push(`  ${describeSwitch(one)}`)
  return lines.join('\n')
}

function describeSwitch({
  number,
  at,
  orders,
  where,
  by,
  reason,
  rolledBack,
}: RouteSwitch): string {
  const what = orders.map(({ version }) => `route set ${version}`).join(', ')
  const why = reason === null ? '' : `: ${reason}`
  const undone =
    rolledBack === undefined
      ? ''
      : `; rolled back ${time(rolledBack.at)} by ${rolledBack.by}${rolledBack.reason === null ? '' : `: ${rolledBack.reason}`}`
  return `${number}. ${time(at)} ${what} ${where} by ${by}${why}${undone}`
}

const time = (epochMs: number) =>
  `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

interface SwitchCommand {
  readonly store: string
  readonly set?: number
  readonly region?: readonly string[]
  readonly at?: number
  readonly by?: string
  readonly reason?: string
  readonly expected?: number
  readonly json?: boolean
}

function addSwitch(network: Command): void {
  storeOption(network.command('switch'))
    .description('send parcels by another route set, everywhere or region by region')
    .option(
      '--set <number>',
      'route set; default: the newest that is for no outage',
      wholeNumber(1),
    )
    .option(
      '--region <region>',
      'only this region; may be repeated',
      (text, before: string[] = []) => [...before, text],
    )
    .option('--at <time>', 'from when it holds, ISO 8601; default: now', instant)
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who decides', currentUser())
    .option(
      '--expected <revision>',
      'refuse where others have switched since this revision',
      wholeNumber(0),
    )
    .option('--json', 'print as JSON')
    .action(async ({ store, set, region, at, by, json, ...rest }: SwitchCommand) => {
      const made = await switchRoutes(store, {
        ...rest,
        ...(set === undefined ? {} : { version: set }),
        ...(region === undefined ? {} : { regions: region }),
        at: at ?? Date.now(),
        by: by ?? currentUser(),
      })
      printData(json === true, made, () =>
        [
          `Switched. ${describeSwitch(made)}`,
          `Undo: storewright network rollback --store ${store}`,
        ].join('\n'),
      )
    })
}

function addRollback(network: Command): void {
  storeOption(network.command('rollback'))
    .description('undo the last switch')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who decides', currentUser())
    .option(
      '--expected <revision>',
      'refuse where others have switched since this revision',
      wholeNumber(0),
    )
    .option('--json', 'print as JSON')
    .action(async ({ store, by, json, ...rest }: SwitchCommand) => {
      const made = await rollBackRoutes(store, { ...rest, at: Date.now(), by: by ?? currentUser() })
      printData(json === true, made, () => `Rolled back. ${describeSwitch(made)}`)
    })
}

interface SimulateCommand {
  readonly store: string
  readonly days: number
  readonly pace: number
  readonly json?: boolean
}

function addSimulate(network: Command): void {
  storeOption(network.command('simulate'))
    .description(
      'let the last recorded orders flow through the route sets, while you switch and roll back',
    )
    .option(
      '--days <number>',
      'days of orders, at most what the route sets cover',
      wholeNumber(1),
      7,
    )
    .option('--pace <ms>', 'milliseconds that an hour of orders takes', wholeNumber(0), 0)
    .option('--json', 'print as JSON')
    .action(async ({ store, days, pace, json }: SimulateCommand) => {
      const progress = progressPrinter(json === true)
      const signal = stopSignal()
      const result = await simulateNetwork(store, {
        days,
        clock: Date.now,
        betweenHours: () => new Promise((resolve) => setTimeout(resolve, pace)),
        onProgress: progress.onProgress,
        signal,
      }).finally(() => progress.end())
      printData(json === true, result, () => describeSimulation(result))
    })
}

function describeSimulation({
  orders,
  days,
  sets,
  switches,
  withoutSet,
}: NetworkSimulation): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const lines = [
    `${orders} orders of ${days} days, ${sets.length} route set${sets.length === 1 ? '' : 's'}, ${switches.length} change${switches.length === 1 ? '' : 's'} on the way; ${withoutSet} met no route set.`,
    'set  orders  parcels  unrouted  an order    hours  in 2 days  whole inside  lanes  built from',
    ...sets.map((set) =>
      [
        String(set.version).padStart(3),
        String(set.orders).padStart(8),
        String(set.parcels).padStart(9),
        String(set.unrouted).padStart(10),
        `$${(set.centsPerOrder / 100).toFixed(2)}`.padStart(10),
        set.meanHours.toFixed(1).padStart(9),
        percent(set.withinTwoDays).padStart(11),
        (set.wholeInRegion === undefined ? '–' : percent(set.wholeInRegion)).padStart(14),
        String(set.lanes).padStart(7),
        `  ${set.name}`,
      ].join(''),
    ),
  ]
  for (const { at, areas, versions } of switches)
    lines.push(`${time(at)}: ${areas} areas went over to route set ${versions.join(', ')}`)
  return lines.join('\n')
}

function instant(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a time as 2026-11-27T02:00:00Z.')
  return at
}
