import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { effortFor, whyNotSought } from '../effort.ts'
import type {
  Action,
  Advice,
  AdviseOptions,
  Adviser,
  Gain,
  Refusal,
  TemplateLoad,
  Workload,
} from '../types.ts'
import { adviseShare } from './knobs.ts'

export interface AdviseAllOptions extends AdviseOptions {
  /** Days over which what an action costs to make must be paid back. */
  readonly horizonDays: number
  /** Templates that a person wants left alone. */
  readonly leftAlone: ReadonlySet<string>
}

/** Saved a day after upkeep, with the making of it spread over the horizon, CPU ms. */
export function netCpuMsPerDay(gain: Gain, horizonDays: number): number {
  return gain.savedCpuMsPerDay - gain.upkeepCpuMsPerDay - gain.buildCpuMs / horizonDays
}

/**
 * Asks all advisers, one after the other, and takes what pays within the storage: each sees the
 * templates that the actions taken before it do not serve, so that nothing is saved twice. The order
 * of the advisers is the order of their kinds' worth: a view saves more of a statement than a layout,
 * and a layout more than a plan. An adviser that fails proposes nothing, and is told of as a refusal.
 * Throws ERR_CANCELLED when stopped.
 */
export async function adviseAll(
  workload: Workload,
  db: Database,
  advisers: readonly Adviser[],
  options: AdviseAllOptions,
): Promise<Advice> {
  const taken: Action[] = []
  const refusals: Refusal[] = leftAloneRefusals(workload, options.leftAlone)
  let open = without(workload, options.leftAlone)
  let room = options.storageBytes - sumOfBytes(options.standing)
  for (const adviser of advisers) {
    throwIfStopped(options.signal)
    if (open.templates.length === 0) break
    const shown = adviser.kind === 'view' ? askedAgain(open) : open
    const why = whyNotAsked(adviser, shown, options)
    const advice =
      why === undefined
        ? await adviceOf(adviser, shown, db, { ...options, storageBytes: Math.max(0, room) })
        : { actions: [], refusals: [{ kind: adviser.kind, target: ALL, reason: why }] }
    const chosen = takeWhatPays(advice.actions, room, options.horizonDays)
    taken.push(...chosen.taken)
    refusals.push(...advice.refusals, ...chosen.refusals)
    room -= sumOfBytes(chosen.taken)
    open = unserved(open, chosen.taken)
  }
  return { actions: taken, refusals: oneEach(refusals) }
}

/** What one adviser says; its failure is one of its own, and keeps no other from advising. */
async function adviceOf(
  adviser: Adviser,
  workload: Workload,
  db: Database,
  options: AdviseOptions,
): Promise<Advice> {
  try {
    return await adviser.advise(workload, db, options)
  } catch (error) {
    throwIfStopped(options.signal)
    if (error instanceof StorewrightError && error.code === 'ERR_CANCELLED') throw error
    const reason = `looking for one failed: ${messageOf(error)}`
    return { actions: [], refusals: [{ kind: adviser.kind, target: ALL, reason }] }
  }
}

const ALL = 'all statements'

/** Why an adviser is not asked: its first look alone takes more than may be spent on what is asked. */
function whyNotAsked(
  { leastCpuMs = 0 }: Adviser,
  workload: Workload,
  options: AdviseAllOptions,
): string | undefined {
  const asked = workload.templates.reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0)
  const effort = effortFor(workload, asked, options, readKnob(adviseShare))
  return leastCpuMs === 0 ? undefined : whyNotSought('looking for one', leastCpuMs, effort)
}

/**
 * Takes actions as far as the room goes: by what they save a byte or by what they save, whichever
 * saves more in all (greedy both ways: at least half of the best choice).
 */
function takeWhatPays(
  actions: readonly Action[],
  room: number,
  horizonDays: number,
): { readonly taken: readonly Action[]; readonly refusals: readonly Refusal[] } {
  const worth = (action: Action) => netCpuMsPerDay(bestKnown(action), horizonDays)
  const paying = actions.filter((action) => worth(action) > 0)
  const byByte = (a: Action) => worth(a) / Math.max(1, a.predicted.storageBytes)
  const dense = fill(paying, room, byByte)
  const large = fill(paying, room, worth)
  const sum = (taken: readonly Action[]) => taken.reduce((total, a) => total + worth(a), 0)
  const taken = sum(large) > sum(dense) ? large : dense
  const left = room - sumOfBytes(taken)
  const refusals = actions
    .filter((action) => !taken.includes(action))
    .map((action) => ({
      kind: action.kind,
      target: action.target,
      reason:
        worth(action) > 0
          ? `takes ${inBytes(action.predicted.storageBytes)}; ${inBytes(left)} of the storage limit are left`
          : whyItDoesNotPay(bestKnown(action), horizonDays),
    }))
  return { taken, refusals }
}

/** What was measured, where an adviser tried it; else what it predicts. */
function bestKnown({ measured, predicted }: Action): Gain {
  return measured ?? predicted
}

function fill(
  actions: readonly Action[],
  room: number,
  rank: (action: Action) => number,
): readonly Action[] {
  const taken: Action[] = []
  let left = room
  for (const action of [...actions].sort((a, b) => rank(b) - rank(a))) {
    if (action.predicted.storageBytes > left) continue
    taken.push(action)
    left -= action.predicted.storageBytes
  }
  return taken
}

function whyItDoesNotPay(gain: Gain, horizonDays: number): string {
  const perDay = gain.savedCpuMsPerDay - gain.upkeepCpuMsPerDay
  if (perDay <= 0) {
    return `saves ${inMs(gain.savedCpuMsPerDay)} a day and costs ${inMs(gain.upkeepCpuMsPerDay)} a day to keep`
  }
  const days = Math.ceil(gain.buildCpuMs / perDay)
  return `pays back after ${days} days, more than the ${horizonDays} asked for`
}

function inMs(ms: number): string {
  return `${Math.round(ms)} ms`
}

function inBytes(bytes: number): string {
  const size = Math.max(0, bytes)
  return size < 1e5 ? `${Math.round(size)} bytes` : `${(size / 1e6).toFixed(1)} MB`
}

function sumOfBytes(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + bestKnown(action).storageBytes, 0)
}

function without(workload: Workload, fingerprints: ReadonlySet<string>): Workload {
  const isOpen = ({ template }: TemplateLoad) => !fingerprints.has(template.fingerprint)
  return { ...workload, templates: workload.templates.filter(isOpen) }
}

/**
 * Templates that were asked more than once, and changes. A view for one that was asked once keeps an answer nobody
 * may want again; orders of rows and plans serve other statements too.
 */
function askedAgain(workload: Workload): Workload {
  const isShown = ({ count, template }: TemplateLoad) => count > 1 || template.kind !== 'select'
  return { ...workload, templates: workload.templates.filter(isShown) }
}

/** Templates that no view or stored order of those taken serves; plans are judged together. */
function unserved(workload: Workload, taken: readonly Action[]): Workload {
  const served = taken.filter(({ kind }) => kind === 'view').flatMap((a) => a.fingerprints)
  return without(workload, new Set(served))
}

function leftAloneRefusals(workload: Workload, leftAlone: ReadonlySet<string>): Refusal[] {
  return workload.templates
    .filter(({ template }) => leftAlone.has(template.fingerprint))
    .map(({ template }) => ({
      kind: 'plan',
      target: template.fingerprint,
      reason: 'a person wants it left alone',
    }))
}

/** One reason for each target and kind: the first. */
function oneEach(refusals: readonly Refusal[]): readonly Refusal[] {
  const seen = new Map<string, Refusal>()
  for (const refusal of refusals) {
    const key = `${refusal.kind} ${refusal.target}`
    if (!seen.has(key)) seen.set(key, refusal)
  }
  return [...seen.values()]
}
