import { StorewrightError } from '../../../core/errors.ts'
import { readKnob } from '../../../core/knobs.ts'
import { numberColumn, type Table, textColumn } from '../../../core/table.ts'
import { createWorkerPool, moduleBeside } from '../../../core/workers.ts'
import { createStoreTables } from '../../../feed/index.ts'
import type { siting } from '../../../network/index.ts'
import type { MadeResult, StepContext, StepResult } from '../../steps/context.ts'
import { withDatabase } from '../../store/store.ts'
import { hashOf, hashTables, listVersions } from '../../versions.ts'
import { NETWORK_TABLES, readNetworkFacts } from '../facts.ts'
import { SITE_SECONDS } from './site-knobs.ts'
import { type SiteOptions, type SiteProblem, siteProblemOf } from './site-problem.ts'
import type { GrowthScenario } from './site-scenarios.ts'
import type { SiteAnswer, SiteTask, StayingPut } from './site-solve.ts'

/** One step of the transition. */
export interface SiteStep {
  readonly action: siting.ChangeKind
  readonly siteId: string
  /** Where it is, for people; empty where no area is stated. */
  readonly place: string
  readonly areaId: string | null
  /** Counts from 1. */
  readonly year: number
  /** Names of the scenarios in which it happens. */
  readonly scenarios: readonly string[]
  readonly fromM3: number
  readonly sizeM3: number
  readonly costCents: number
  /** Null where demand would not fit without it. */
  readonly savesCents: number | null
  /**
   * What each scenario adds to what is saved, its probability included, in the order of the
   * scenarios; null where its demand would not fit. Absent in plans made before this was told.
   */
  readonly savesByScenario?: readonly (number | null)[]
  readonly reason: string
  readonly alternatives: readonly { readonly siteId: string; readonly extraCents: number }[]
}

/** A year of a scenario: volume, buildings, money (not discounted). */
export interface SiteYear {
  readonly scenario: string
  /** Counts from 1. */
  readonly year: number
  readonly ordersADay: number
  readonly sites: number
  readonly neededM3: number
  readonly roomM3: number
  /** Mean miles from building to customer; null where miles cost nothing. */
  readonly miles: number | null
  readonly buildingCents: number
  readonly changeCents: number
  readonly transportCents: number
}

/** What belongs to a plan of sites as a whole. */
export interface SitesNote {
  readonly years: number
  readonly committedYears: number
  readonly scenarios: readonly GrowthScenario[]
  readonly groups: number
  readonly places: number
  readonly newPlaces: number
  readonly ordersADay: number
  readonly neededM3: number
  /** Expected and discounted, all years. */
  readonly costCents: number
  readonly boundCents: number
  readonly gap: number
  readonly isProven: boolean
  readonly isCut: boolean
  readonly staying: StayingPut
  readonly steps: readonly SiteStep[]
  readonly path: readonly SiteYear[]
}

const SITES_METHOD = 2
const POLL_MS = 500

/**
 * Proposes where to open, enlarge and close buildings over the years ahead. Nothing follows from it
 * by itself: people build. Throws ERR_ARGUMENT on wrong options, ERR_INFEASIBLE naming what blocks,
 * ERR_LIMIT where time ends before any plan is found.
 */
export async function sitesStep(
  context: StepContext,
  options: SiteOptions = {},
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const inputHash = hashOf([
    await hashTables(db, NETWORK_TABLES),
    settings.knobs,
    settings.forecast.seed,
    options,
    SITES_METHOD,
  ])
  const known = (await listVersions(db, 'sites')).find((one) => one.inputHash === inputHash)
  if (known !== undefined) return { kind: 'sites', version: known.version, skipped: true }
  const facts = await readNetworkFacts(db, settings.knobs)
  const asked = siteProblemOf(facts, options, settings.knobs)
  const answer = await solveInThread(asked.problem, context)
  const note = sitesNote(asked, answer)
  return {
    kind: 'sites',
    inputHash,
    isProposal: true,
    note,
    write: async (target, version) => {
      // A store that was made before this table gets it here.
      await createStoreTables(target)
      await target.append('site_plan', siteTable(note.steps, version))
    },
  }
}

/** Solves in a thread, so that progress is told and the work can be stopped meanwhile. */
async function solveInThread(
  problem: siting.SitingProblem,
  { settings: { knobs, forecast }, signal, onProgress }: StepContext,
): Promise<SiteAnswer> {
  const seconds = readKnob(SITE_SECONDS, knobs)
  const used = new Int32Array(new SharedArrayBuffer(4))
  const task: SiteTask = { problem, seed: forecast.seed, knobs, seconds, used }
  const module = moduleBeside(import.meta.url, './site-solve')
  const tell = () =>
    onProgress({ step: 'sites', done: Atomics.load(used, 0) / 1000, total: seconds })
  const timer = setInterval(tell, POLL_MS)
  const pool = createWorkerPool(1)
  try {
    return await pool.run<SiteTask, SiteAnswer>(module, 'solveSites', task, signal)
  } catch (error) {
    throw withAdvice(error)
  } finally {
    clearInterval(timer)
    await pool.close()
  }
}

/** What to do, in the words of the command. */
const ADVICE: Readonly<Record<string, string>> = {
  ERR_INFEASIBLE:
    'Allow more changes a year (--most-changes), more new places (--candidates), larger ones (knob network.site-step), or what is forbidden.',
  ERR_LIMIT: 'Give it more time: set the knob network.site-seconds higher.',
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof StorewrightError)) return error
  const next = ADVICE[error.code]
  if (next === undefined) return error
  return new StorewrightError(error.code, error.message, { ...error.place, next, cause: error })
}

/** What is kept and told of a plan. */
function sitesNote(asked: SiteProblem, { plan, staying, isCut }: SiteAnswer): SitesNote {
  const { problem, places, scenarios, groups, ordersADay, roomM3 } = asked
  return {
    years: problem.years,
    committedYears: problem.committedYears,
    scenarios,
    groups,
    places: places.length,
    newPlaces: places.filter(({ kind }) => kind === 'new').length,
    ordersADay,
    neededM3: roomM3,
    costCents: Math.round(plan.costCents),
    boundCents: Math.round(plan.boundCents),
    gap: plan.gap,
    isProven: plan.proven,
    isCut,
    staying,
    steps: plan.changes.map((change) => siteStep(asked, change)),
    path: plan.years.map((year) => siteYear(asked, year)),
  }
}

function siteStep({ problem, places }: SiteProblem, change: siting.SitingChange): SiteStep {
  const { kind, site, year, from, to, scenarios, costCents, savesCents, reason } = change
  const { sizes } = problem.sites[site]!
  const { id, name, areaId } = places[site]!
  return {
    action: kind,
    siteId: id,
    place: name,
    areaId,
    year: year + 1,
    scenarios: scenarios.map((w) => problem.scenarios[w]!.name),
    fromM3: sizes[from]?.capacity ?? 0,
    sizeM3: sizes[to]?.capacity ?? 0,
    costCents: Math.round(costCents),
    savesCents: centsOrNone(savesCents),
    savesByScenario: change.savesByScenario.map(centsOrNone),
    // What the problem counts as units is room here.
    reason: reason.replace(' units short', ' m³ short'),
    alternatives: change.alternatives.map((other) => ({
      siteId: places[other.site]!.id,
      extraCents: Math.round(other.extraCents),
    })),
  }
}

/** Whole cents; null where there is no number, because demand would not fit. */
const centsOrNone = (cents: number) => (Number.isFinite(cents) ? Math.round(cents) : null)

function siteYear(
  { scenarios, ordersADay, roomM3, mileCentsPerM3 }: SiteProblem,
  { scenario, year, ...made }: siting.SitingYear,
): SiteYear {
  return {
    scenario: scenarios[scenario]!.name,
    year: year + 1,
    ordersADay: (ordersADay * made.demand) / roomM3,
    sites: made.openSites,
    neededM3: made.demand,
    roomM3: made.capacity,
    miles: mileCentsPerM3 > 0 ? made.transportPerUnit / mileCentsPerM3 : null,
    buildingCents: Math.round(made.yearlyCents),
    changeCents: Math.round(made.changeCents),
    transportCents: Math.round(made.transportCents),
  }
}

/** The rows of site_plan: one a step and scenario. */
function siteTable(steps: readonly SiteStep[], version: number): Table {
  const rows = steps.flatMap((step) => step.scenarios.map((scenario) => ({ ...step, scenario })))
  return {
    rowCount: rows.length,
    columns: {
      version: numberColumn(rows.map(() => version)),
      scenario: textColumn(rows.map(({ scenario }) => scenario)),
      year: numberColumn(rows.map(({ year }) => year)),
      site_id: textColumn(rows.map(({ siteId }) => siteId)),
      area_id: textColumn(rows.map(({ areaId }) => areaId)),
      action: textColumn(rows.map(({ action }) => action)),
      from_m3: numberColumn(rows.map(({ fromM3 }) => fromM3)),
      size_m3: numberColumn(rows.map(({ sizeM3 }) => sizeM3)),
      cost_cents: numberColumn(rows.map(({ costCents }) => costCents)),
      saves_cents: numberColumn(rows.map(({ savesCents }) => savesCents)),
      reason: textColumn(rows.map(({ reason }) => reason)),
    },
  }
}

/** What was planned under a version. Throws ERR_PLAN_NOT_FOUND where it is not kept. */
export function readSitesNote(folder: string, version: number): Promise<SitesNote> {
  return withDatabase(folder, 'read', async (db) => {
    const found = (await listVersions(db, 'sites')).find((one) => one.version === version)
    if (found !== undefined) return JSON.parse(found.note) as SitesNote
    throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no plan of sites ${version}`, {
      next: 'Make one: storewright network site --store DIR',
    })
  })
}
