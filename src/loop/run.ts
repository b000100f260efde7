import { StorewrightError } from '../core/errors.ts'
import { type OnProgress, silent, throwIfStopped } from '../core/progress.ts'
import { readDecisions, versionMade, withLedger } from './decisions.ts'
import { fulfilmentStep, hasFulfilment } from './fulfilment/publish.ts'
import { importIntoStore } from './import.ts'
import { capacityStep } from './load/capacity-step.ts'
import { knowsLoad } from './load/read-load.ts'
import { loadStep } from './load/step.ts'
import { lanesStep } from './network/lane-plan.ts'
import { type RegionOptions, regionsStep } from './network/region-plan.ts'
import { type RouteOptions, routesStep } from './network/route-sets.ts'
import { sitesStep } from './network/sites/site-plan.ts'
import type { SiteOptions } from './network/sites/site-problem.ts'
import { searchStep } from './search/step.ts'
import type { MadeResult, StepContext, StepResult } from './steps/context.ts'
import { forecastStep } from './steps/forecast.ts'
import { type PlanOptions, planStep } from './steps/plan.ts'
import { type SimulateOptions, simulateStep } from './steps/simulate.ts'
import { storeSettings, withDatabase } from './store/store.ts'
import { currentVersion, listVersions, writeVersion } from './versions.ts'
import { adviseStore } from './warehouse/advise-store.ts'

export interface RunOptions {
  /** Epoch ms at which the run began. */
  readonly now: number
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

export interface LoopOptions extends RunOptions {
  readonly feed?: string
  readonly adapter?: string
  /** Cents; null = no limit; absent: see PlanOptions. */
  readonly budgetCents?: number | null
}

/** How long a step took, in seconds; skipped steps took none. */
export interface TimedStep extends StepResult {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

/**
 * Import (if a feed is given) → what was promised and shipped (if the store is served) → search → forecast → plan → load and servers (if load is known) → simulate. A step is skipped while what it reads
 * stands; each writes its result whole, so that an interrupted run goes on where it was.
 */
export async function runLoop(folder: string, options: LoopOptions): Promise<TimedStep[]> {
  if (options.feed !== undefined) await importIntoStore(folder, options.feed, options)
  const { budgetCents } = options
  const steps = [
    ...(hasFulfilment(folder) ? [await publishFulfilment(folder, options)] : []),
    await searchStore(folder, options),
    await forecastStore(folder, options),
    await planStore(folder, options, budgetCents === undefined ? {} : { budgetCents }),
    ...(await planLoadOfStore(folder, options)),
  ]
  try {
    steps.push(await simulateStore(folder, options))
  } catch (error) {
    // A young store has a forecast and a plan; the report says that there is no outcome yet.
    if (!(error instanceof StorewrightError && error.code === 'ERR_STORE_EMPTY')) throw error
  }
  return [...steps, await warehouseStore(folder, options)]
}

/** Looks at what was asked of the store's database, and changes its design as far as its mode goes. */
export async function warehouseStore(folder: string, options: RunOptions): Promise<TimedStep> {
  const wall = performance.now()
  const cpu = process.cpuUsage()
  const { version, skipped } = await adviseStore(folder, options)
  const used = process.cpuUsage(cpu)
  return {
    ...{ kind: 'warehouse', version, skipped },
    wallSeconds: (performance.now() - wall) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
  }
}

/** Makes a new forecast where sales, closed days or settings changed. */
export function forecastStore(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) => forecastStep(context))
}

/**
 * Makes a new plan where the forecast, stock, offers or settings changed; first a new forecast where
 * there are later sales than the one in force knows of.
 */
export async function planStore(
  folder: string,
  options: RunOptions,
  plan: PlanOptions = {},
): Promise<TimedStep> {
  await forecastStore(folder, options)
  const decisions = await withLedger(folder, readDecisions)
  return timedStep(folder, options, (context) => planStep(context, decisions, plan))
}

/** Replays the policy where sales, settings or the window changed. */
export function simulateStore(
  folder: string,
  options: RunOptions,
  window: SimulateOptions = {},
): Promise<TimedStep> {
  return timedStep(folder, options, (context) => simulateStep(context, window))
}

/** Learns search anew where products, searches or feedback changed. */
export function searchStore(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) =>
    withLedger(folder, (ledger) => searchStep(context, ledger)),
  )
}

/**
 * Forecasts the load of each service and plans servers for it, where load or events changed; no steps
 * in a store that knows no load.
 */
export async function planLoadOfStore(folder: string, options: RunOptions): Promise<TimedStep[]> {
  if (!(await withDatabase(folder, 'read', knowsLoad))) return []
  return [await loadStore(folder, options), await capacityStore(folder, options)]
}

/** Makes a new forecast of load where load, events or settings changed. */
export function loadStore(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) =>
    withLedger(folder, (ledger) => loadStep(context, ledger)),
  )
}

/** Makes a new plan of servers where the forecast of load, prices or decisions changed. */
export function capacityStore(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) =>
    withLedger(folder, (ledger) => capacityStep(context, ledger)),
  )
}

/** Proposes regions and the stock they would hold; nothing is in force until it is applied. */
export function planRegionsOfStore(
  folder: string,
  options: RunOptions,
  regions: RegionOptions = {},
): Promise<TimedStep> {
  return timedStep(folder, options, (context) => regionsStep(context, regions))
}

/** Plans lanes for the regions in force. */
export function planLanesOfStore(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) => lanesStep(context))
}

/** Builds a route set; it serves no one until it is switched to. */
export function buildRoutesOfStore(
  folder: string,
  options: RunOptions,
  routes: RouteOptions = {},
): Promise<TimedStep> {
  return timedStep(folder, options, (context) => routesStep(context, routes))
}

/** Proposes where to open, enlarge and close buildings over the years ahead. */
export function planSitesOfStore(
  folder: string,
  options: RunOptions,
  sites: SiteOptions = {},
): Promise<TimedStep> {
  return timedStep(folder, options, (context) => sitesStep(context, sites))
}

/** Publishes promises, parcels, reservations and live stock where something has happened. */
export function publishFulfilment(folder: string, options: RunOptions): Promise<TimedStep> {
  return timedStep(folder, options, (context) => fulfilmentStep(context))
}

/**
 * Runs a step with the database open for reading, so that others can read it meanwhile, and opens it
 * for writing only to write the result. A result that another process wrote in between is kept.
 */
async function timedStep(
  folder: string,
  options: RunOptions,
  step: (context: StepContext) => Promise<StepResult | MadeResult>,
): Promise<TimedStep> {
  const settings = storeSettings(folder)
  const { now, signal, onProgress = silent } = options
  throwIfStopped(signal)
  const wall = performance.now()
  const cpu = process.cpuUsage()
  const made = await withDatabase(
    folder,
    'read',
    (db) => step({ folder, db, settings, now, onProgress, signal }),
    signal === undefined ? {} : { signal },
  )
  const result = 'write' in made ? await keepResult(folder, made, now) : made
  const used = process.cpuUsage(cpu)
  return {
    ...result,
    wallSeconds: (performance.now() - wall) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
  }
}

/** Writes a result as a new version and notes it in the ledger. */
async function keepResult(folder: string, made: MadeResult, now: number): Promise<StepResult> {
  const { kind, inputHash } = made
  const result = await withDatabase(folder, 'write', async (db) => {
    const current = await currentVersion(db, kind)
    if (current?.inputHash === inputHash) return { kind, version: current.version, skipped: true }
    const { version } = await writeVersion(
      db,
      { kind, createdAt: now, inputHash, note: JSON.stringify(made.note) },
      (number) => made.write(db, number),
      { isProposal: made.isProposal === true },
    )
    made.afterwards?.((await listVersions(db, kind)).map((own) => own.version))
    return { kind, version, skipped: false }
  })
  if (!result.skipped) {
    const event = versionMade.of(`version.${kind}`, { kind, version: result.version, inputHash })
    await withLedger(folder, (ledger) => ledger.append([event]))
  }
  return result
}
