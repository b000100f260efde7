import { type KnobSettings, listKnobs, readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { stoppable } from '../../core/sql/stoppable.ts'
import { type Action, design, settings, type Workload } from '../../warehouse/index.ts'
import { requireStore } from '../store/paths.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { knobWork } from './knob-work.ts'
import { type SpeedDefinition, speedId } from './speed-knobs.ts'
import { readStanding } from './standing.ts'
import { readAsked, watchOf } from './watching.ts'
import { workloadDays } from './workload-days.ts'

export interface SearchKnobsOptions {
  /** Epoch ms. */
  readonly now: number
  /** Time the whole search may take. */
  readonly seconds: number
  readonly seed: number
  readonly by: string
  /** Whether what is found is applied at once; else it is proposed. */
  readonly isApplied: boolean
  /** By which `seconds` pass, ms. Default: that of the machine. */
  readonly clock?: () => number
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** What a search of a store's knobs of speed came to. */
export interface SearchedKnobs {
  /** Knobs that were tried. */
  readonly tried: readonly string[]
  /** Candidates under which something was answered otherwise. */
  readonly out: number
  /** Absent where nothing gains. */
  readonly action?: Action
  readonly status?: 'proposed' | 'applied'
  /** Why nothing is set. */
  readonly reason?: string
  readonly cpuSeconds: number
}

/** Part of the time in which questions are chosen. */
const CHOOSING_PART = 0.15
const STANDS: readonly string[] = ['view', 'plan']

/**
 * Searches the store's knobs of speed on its own questions, which are asked through its door in turn
 * under what stands and under other values. The best, where it gains for sure and every answer is the
 * same, is kept as an action of kind 'knob'; what it sets holds whenever the store's database is opened,
 * until it is undone. Throws ERR_STORE_NOT_FOUND, ERR_CANCELLED.
 */
export async function searchStoreKnobs(
  folder: string,
  options: SearchKnobsOptions,
): Promise<SearchedKnobs> {
  const startedAt = cpuNow()
  const { database } = requireStore(folder)
  const searched = await withDatabase(folder, 'read', (_, plain) =>
    watchOf(database).quietly(() =>
      searchOn(stoppable(plain, options.signal), folder, options, startedAt),
    ),
  )
  const { action } = searched
  if (action === undefined) return { ...searched, cpuSeconds: (cpuNow() - startedAt) / 1000 }
  throwIfStopped(options.signal)
  const kept = await keepFound(folder, action, options)
  return { ...searched, ...kept, cpuSeconds: (cpuNow() - startedAt) / 1000 }
}

type OnWork = Omit<SearchedKnobs, 'cpuSeconds'>

const nothing = (reason: string): OnWork => ({ tried: [], out: 0, reason })

async function searchOn(
  plain: Database,
  folder: string,
  options: SearchKnobsOptions,
  startedAt: number,
): Promise<OnWork> {
  const { seconds, seed, signal, onProgress = silent, clock = () => performance.now() } = options
  const endsAt = clock() + 1000 * seconds
  const { knobs: written, warehouse } = storeSettings(folder)
  const { database: path } = requireStore(folder)
  const workload = readAsked(path)
  if (warehouse.mode === 'off') return nothing('the warehouse is off ([warehouse] mode)')
  if (workload === undefined) return nothing('nothing was asked of the store yet')
  const stands = readStanding(path)?.actions ?? []
  if (!stands.some(({ kind }) => STANDS.includes(kind))) {
    return nothing(
      'no view and no plan stands in the store’s database: statements run as they are asked, and no knob of speed changes that',
    )
  }
  onProgress({ step: 'questions', done: 0 })
  const budgetMs = 1000 * seconds * CHOOSING_PART
  const stop = signal === undefined ? {} : { signal }
  const work = await knobWork({
    ...{ plain, path, workload, knobs: written, budgetMs, seed, clock, ...stop },
  })
  if (typeof work === 'string') return nothing(work)
  const knobs = listKnobs().filter(({ name, speed }) => speed === true && work.read.has(name))
  const outcome = await settings.searchKnobs({
    ...{ knobs, standing: work.standing, visit: work.visit, seed, ...stop },
    ...{ limitMs: endsAt - clock(), clock },
    mostCandidates: readKnob(settings.settingsCandidates, written),
    leastGain: readKnob(settings.settingsLeastGain, written),
    onProgress: (done, total, note) => onProgress({ step: 'knobs of speed', done, total, note }),
  })
  const tried = knobs.map(({ name }) => name)
  if ('reason' in outcome) return { tried, ...outcome }
  const buildCpuMs = cpuNow() - startedAt
  const isAsked = ({ template }: Workload['templates'][number]) =>
    work.fingerprints.includes(template.fingerprint)
  const action = speedAction(outcome, {
    ...{ written, standing: work.standing, buildCpuMs },
    // What was not asked is not counted as saved.
    workload: { ...workload, templates: workload.templates.filter(isAsked) },
  })
  return { tried, out: outcome.out, action }
}

export interface SpeedFacts {
  /** Templates that were asked. */
  readonly workload: Workload
  /** Knobs of storewright.toml. */
  readonly written: KnobSettings
  /** Knobs as they stood while others were tried. */
  readonly standing: KnobSettings
  readonly buildCpuMs: number
}

/** What a search found as an action: predicted on the work that was searched on, measured on other. */
export function speedAction(
  { set, found }: Extract<settings.KnobsOutcome, { readonly found: unknown }>,
  { workload, written, standing, buildCpuMs }: SpeedFacts,
): Action {
  const names = Object.keys(set).sort()
  const defaults = new Map(listKnobs().map((knob) => [knob.name, knob.default]))
  const stood = Object.fromEntries(names.map((n) => [n, standing[n] ?? defaults.get(n)!]))
  const definition: SpeedDefinition = {
    ...{ set, stood },
    written: Object.fromEntries(names.map((name) => [name, written[name] ?? null])),
  }
  const reads = workload.templates.filter(({ template }) => template.kind === 'select')
  const perDay = reads.reduce((sum, one) => sum + one.totalCpuMs, 0) / workloadDays(workload)
  const gain = (share: number) => ({
    ...{ savedCpuMsPerDay: share * perDay, upkeepCpuMsPerDay: 0 },
    ...{ buildCpuMs, storageBytes: 0 },
  })
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return {
    actionId: speedId(set),
    kind: 'knob',
    target: names.join(', '),
    summary: names.map((name) => `${name} = ${set[name]} (was ${stood[name]})`).join(', '),
    reasons: [
      `saves ${percent(found.cpuGain)} of CPU on ${found.judged} visits that were not searched on; sure of ${percent(found.interval[0])} to ${percent(found.interval[1])}; every answer the same`,
      'holds whenever the store’s database is opened; a value written to storewright.toml later comes first',
    ],
    fingerprints: reads.map(({ template }) => template.fingerprint),
    predicted: gain(found.searchGain),
    measured: gain(found.cpuGain),
    apply: [],
    undo: [],
    definition: JSON.stringify(definition),
  }
}

/** Keeps what was found beside other actions, and applies it where that is wanted. */
export async function keepFound(
  folder: string,
  action: Action,
  { by, now, isApplied }: Pick<SearchKnobsOptions, 'by' | 'now' | 'isApplied'>,
): Promise<Pick<SearchedKnobs, 'status' | 'reason'>> {
  const { database } = requireStore(folder)
  const keep = async (db: Database): Promise<Pick<SearchedKnobs, 'status' | 'reason'>> => {
    const isKept = await design.proposeBeside(db, action, { by, now })
    if (!isKept) return { reason: `${action.actionId} was refused by hand, or stands already` }
    if (!isApplied) return { status: 'proposed' }
    await design.apply(db, action.actionId, { by, now })
    return { status: 'applied' }
  }
  return watchOf(database).quietly(() => withDatabase(folder, 'write', keep))
}
