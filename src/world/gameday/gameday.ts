import { requireArgument } from '../../core/errors.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Curves, Spacing } from './arrivals.ts'
import { gamedayCurves, type ServiceForecast, timesCurves, warmUpCurves } from './curves.ts'
import { type Dialect, encodeRequest } from './dialect.ts'
import { watchHealth } from './health.ts'
import type { GamedayKnobs } from './knobs.ts'
import { type DriveResult, driveOpenLoop } from './open-loop.ts'
import type { SafetyRule, SafetyStop } from './safety.ts'
import {
  type ProposalEvent,
  proposeServers,
  type ServerProposal,
  type TestedServers,
} from './server-proposals.ts'
import { createShoppers, type GamedayShop } from './shoppers.ts'
import { total } from './tally.ts'
import type { Target } from './targets.ts'
import { type Break, judgeRun, type Objective, type ServiceVerdict } from './verdict.ts'

/** A game day: an event's curve, driven against a target at several multiples. */
export interface GamedayPlan {
  readonly event: ProposalEvent
  readonly forecasts: readonly ServiceForecast[]
  /** Part of the forecast that is driven, epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  readonly target: Target
  readonly dialect: Dialect
  readonly shop: GamedayShop
  /** Rising multiples of the forecast. */
  readonly multiples: readonly number[]
  /** Seconds of the forecast that pass in one. */
  readonly compress: number
  /** Before the first run the rate rises to its beginning for so long; servers that were idle are slow. */
  readonly warmUpMs: number
  readonly spacing: Spacing
  readonly seed: string | number
  readonly orderPrefix: string
  /** Objective of the 99th percentile by service, ms; others have that of `otherwiseMs`. */
  readonly objectivesMs: ReadonlyMap<string, number>
  readonly otherwiseMs: number
  readonly safety: SafetyRule
  /** Where the target says whether it is well. */
  readonly health?: Target
  readonly token?: string
  /** Servers that were tested and those that run, for proposals. */
  readonly servers: Omit<TestedServers, 'headroom'>
  /** Multiple of the forecast's peak that is to be held. */
  readonly wanted: number
  readonly knobs: GamedayKnobs
}

export interface GamedayOptions {
  readonly clock: () => number
  /** Waits so many ms. */
  readonly rest: (ms: number) => Promise<void>
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** One run at one multiple. */
export interface GamedayRun {
  readonly multiple: number
  readonly seconds: number
  readonly planned: number
  readonly sent: number
  /** Largest distance of a second's requests from the curve, share of the second's; seconds of 100 or more. */
  readonly furthestFromCurve: number
  readonly sendLagMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly waitedForConnection: number
  readonly largestBacklog: number
  readonly unsent: number
  readonly connectionsOpened: number
  readonly services: readonly ServiceVerdict[]
  readonly firstBreak: Break | undefined
  readonly stopped: SafetyStop | undefined
  /** [seconds] requests planned, sent, failed and slow, for a picture. */
  readonly bySecond: {
    readonly planned: readonly number[]
    readonly sent: readonly number[]
    readonly failed: readonly number[]
    readonly slow: readonly number[]
  }
}

/** What a game day found. */
export interface GamedayResult {
  readonly event: ProposalEvent
  readonly target: string
  readonly compress: number
  readonly wanted: number
  /** Services of the forecast that the target does not have. */
  readonly leftOut: readonly string[]
  /** Peaks that are forecast by service, requests a second. */
  readonly peaks: Readonly<Record<string, number>>
  readonly runs: readonly GamedayRun[]
  /** Largest multiple at which every service held; 0 where none did. */
  readonly heldMultiple: number
  readonly firstBreak: (Break & { readonly multiple: number }) | undefined
  readonly proposals: readonly ServerProposal[]
}

/** Between two runs the target comes to rest. */
const REST_MS = 1000

/**
 * Drives an event's curve at rising multiples until one is stopped by the safety rule or by hand, and
 * says what held, what broke first and which servers to order. Throws ERR_ARGUMENT on plans that
 * cannot be driven.
 */
export async function runGameday(
  plan: GamedayPlan,
  { clock, rest, onProgress = silent, signal }: GamedayOptions,
): Promise<GamedayResult> {
  const { multiples, dialect, event } = plan
  requireArgument(
    multiples.length > 0 && multiples.every((m, i) => m > (multiples[i - 1] ?? 0)),
    `multiples are ${multiples.join(', ')}; give rising ones above 0`,
  )
  const made = gamedayCurves(plan.forecasts, plan, new Set(dialect.acts.keys()))
  const runs: GamedayRun[] = []
  const context = { plan, made, clock, signal }
  const warmed = await warmUp(context)
  if (warmed !== undefined) runs.push(warmed)
  for (const [i, multiple] of multiples.entries()) {
    if (warmed !== undefined) break
    throwIfStopped(signal)
    onProgress({ step: 'game day', done: i, total: multiples.length, note: `× ${multiple}` })
    if (i > 0) await rest(REST_MS)
    const run = await runOnce(context, multiple, timesCurves(made.curves, multiple))
    runs.push(run)
    if (run.stopped !== undefined) break
  }
  onProgress({ step: 'game day', done: multiples.length, total: multiples.length })
  const peaks = made.curves.steps.map(({ step }, s) => [step, made.peaks[s]!] as const)
  return {
    ...{ event, target: plan.target.origin, compress: plan.compress, wanted: plan.wanted },
    ...{ leftOut: made.leftOut, peaks: Object.fromEntries(peaks), runs },
    heldMultiple: heldMultiple(runs),
    firstBreak: firstOf(runs),
    proposals: proposalsOf(plan, runs, new Map(peaks)),
  }
}

interface RunContext {
  readonly plan: GamedayPlan
  readonly made: ReturnType<typeof gamedayCurves>
  readonly clock: () => number
  readonly signal: AbortSignal | undefined
}

/** The run in which the target is warmed up, where the safety rule stopped it: then no other follows. */
async function warmUp(context: RunContext): Promise<GamedayRun | undefined> {
  const { warmUpMs, multiples } = context.plan
  if (warmUpMs <= 0) return undefined
  const first = timesCurves(context.made.curves, multiples[0]!)
  const run = await runOnce(context, multiples[0]!, warmUpCurves(first, warmUpMs), 'warm-')
  return run.stopped === undefined ? undefined : run
}

async function runOnce(
  { plan, made, clock, signal }: RunContext,
  multiple: number,
  curves: Curves,
  label = '',
): Promise<GamedayRun> {
  const { target, dialect, token, knobs, safety, compress } = plan
  const services = curves.steps.map(({ step }) => step)
  const seed = `${plan.seed} ${label}${multiple}`
  const shoppers = createShoppers(plan.shop, dialect, {
    seed,
    thinkMs: knobs.thinkMs / compress,
    orderPrefix: `${plan.orderPrefix}${label}${multiple}-`,
  })
  const objectivesMs = services.map((one) => plan.objectivesMs.get(one) ?? plan.otherwiseMs)
  const health = plan.health === undefined ? undefined : watchHealth(plan.health, token)
  try {
    const result = await driveOpenLoop({
      ...{ target, curves, spacing: plan.spacing, seed, objectivesMs, safety, clock },
      ...{ connections: knobs.connections, backlog: knobs.backlog, timeoutMs: knobs.timeoutMs },
      nextRequest(step, dueMs) {
        const { draft, onAnswer } = shoppers.next(services[step]!, dueMs)
        const bytes = encodeRequest(draft, target, token)
        if (onAnswer === undefined) return { bytes }
        const onReply = (status: number, body: Buffer) => {
          if (status >= 200 && status < 300) onAnswer(body.toString())
        }
        return { bytes, onReply }
      },
      ...(health === undefined ? {} : { otherStop: health.complaint }),
      ...(signal === undefined ? {} : { signal }),
    })
    const objectives: Objective[] = services.map((_, s) => ({
      p99Ms: objectivesMs[s]!,
      errorShare: knobs.errorObjective,
      peak: made.peaks[s]!,
    }))
    return describeRun(multiple, result, judgeRun(result, objectives))
  } finally {
    health?.close()
  }
}

function describeRun(
  multiple: number,
  result: DriveResult,
  services: readonly ServiceVerdict[],
): GamedayRun {
  const { steps, sendLag, stopped } = result
  const seconds = steps[0]?.due.length ?? 0
  const sums = (of: (step: DriveResult['steps'][number]) => ArrayLike<number>) =>
    Array.from({ length: seconds }, (_, t) => steps.reduce((sum, step) => sum + of(step)[t]!, 0))
  const bySecond = {
    planned: sums(({ planned }) => planned),
    sent: sums(({ sent }) => sent),
    failed: sums(({ failed }) => failed),
    slow: sums(({ slow }) => slow),
  }
  const breaks = services.flatMap(({ broke }) => broke ?? [])
  const until = stopped === undefined ? seconds : Math.floor(stopped.atMs / 1000)
  return {
    multiple,
    seconds: result.elapsedMs / 1000,
    planned: total(bySecond.planned),
    sent: total(bySecond.sent),
    furthestFromCurve: furthest(
      sums(({ due }) => due),
      bySecond.sent,
      until,
    ),
    sendLagMs: { p50: sendLag.quantile(0.5), p99: sendLag.quantile(0.99), max: sendLag.maxMs },
    waitedForConnection: result.waited,
    largestBacklog: result.largestBacklog,
    unsent: result.unsent,
    connectionsOpened: result.connectionsOpened,
    services,
    firstBreak: breaks.toSorted((a, b) => a.atSecond - b.atSecond)[0],
    stopped,
    bySecond,
  }
}

/** Seconds with fewer requests than this say little about shares. */
const ENOUGH = 100

function furthest(due: readonly number[], sent: readonly number[], until: number): number {
  let worst = 0
  for (let t = 0; t < until; t++) {
    if (due[t]! < ENOUGH) continue
    worst = Math.max(worst, Math.abs(sent[t]! - due[t]!) / due[t]!)
  }
  return worst
}

function heldMultiple(runs: readonly GamedayRun[]): number {
  let held = 0
  for (const { multiple, firstBreak, stopped } of runs) {
    if (firstBreak !== undefined || stopped !== undefined) break
    held = multiple
  }
  return held
}

function firstOf(runs: readonly GamedayRun[]): GamedayResult['firstBreak'] {
  for (const { multiple, firstBreak } of runs) {
    if (firstBreak !== undefined) return { ...firstBreak, multiple }
  }
  return undefined
}

/** Proposals from the run in which each service broke first. */
function proposalsOf(
  plan: GamedayPlan,
  runs: readonly GamedayRun[],
  peaks: ReadonlyMap<string, number>,
): readonly ServerProposal[] {
  const broken = new Map<string, ServiceVerdict>()
  const held = new Map<string, number>()
  for (const { services } of runs) {
    for (const verdict of services) {
      const { service, heldPerSecond } = verdict
      if (broken.has(service)) continue
      if (verdict.broke === undefined) {
        held.set(service, Math.max(held.get(service) ?? 0, heldPerSecond))
        continue
      }
      // What an earlier run held counts too.
      const most = Math.max(held.get(service) ?? 0, heldPerSecond)
      broken.set(service, { ...verdict, heldPerSecond: most })
    }
  }
  const wanted = new Map([...peaks].map(([service, peak]) => [service, plan.wanted * peak]))
  const servers = { ...plan.servers, headroom: plan.knobs.headroom }
  return proposeServers([...broken.values()], wanted, servers, plan.event)
}
