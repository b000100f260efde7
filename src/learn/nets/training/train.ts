import { requireArgument, StorewrightError } from '../../../core/errors.ts'
import { type OnProgress, silent, throwIfStopped } from '../../../core/progress.ts'
import { createRandom, type Random } from '../../../core/random/random.ts'
import type { Net } from '../graph/index.ts'
import { buildForecastNet } from '../models/forecast-net.ts'
import type { ForecastNetShape, ForkPlan } from '../models/shape.ts'
import type { Squeeze } from '../series/features.ts'
import type { PreparedSet } from '../series/prepare.ts'
import { createWindowWriter, type WindowWriter } from '../series/windows.ts'
import { packBytes, unpackBytes } from './container.ts'
import { startPlain } from './head-start.ts'
import { createSampler, type Sampler, type SamplingOptions } from './sampler.ts'
import { learningRateAt } from './schedule.ts'

/** How a net is trained. */
export interface TrainingOptions extends SamplingOptions {
  readonly plan: ForkPlan
  readonly squeeze: Squeeze
  readonly batch: number
  /** Budget: steps in all. */
  readonly steps: number
  readonly learningRate: number
  readonly weightDecay: number
  /** The gradient is scaled down to this norm. */
  readonly clipNorm: number
  /** Held-out windows are looked at this often, in steps; training stops after `patience` looks without a gain. */
  readonly lookEvery: number
  readonly patience: number
  readonly seed: string | number
  /** Threads; the result does not depend on them. */
  readonly workers: number
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
  /** Receives the state at every look, to be written whole; given back as `resume` it goes on from there. */
  readonly onCheckpoint?: (bytes: Uint8Array) => void
  readonly resume?: Uint8Array
  /**
   * Parameters of a net of the same shape to start from, as saveParameters gave them. The plain
   * forecast stays the start where it is better on the held-out windows.
   */
  readonly warmStart?: Uint8Array
}

/** A trained net. */
export interface TrainedNet {
  readonly shape: ForecastNetShape
  readonly squeeze: Squeeze
  /** As Net.saveParameters gives them. */
  readonly parameters: Uint8Array
  /** Steps taken, and the step that was best on held-out windows. */
  readonly steps: number
  readonly bestStep: number
  /** Mean loss of the held-out windows at best; NaN where none were held out. */
  readonly heldOutLoss: number
}

/** What a run carries from step to step. */
interface RunState {
  step: number
  bestStep: number
  bestLoss: number
  best: Uint8Array
  looksWithoutGain: number
}

const WARM_UP_SHARE = 0.08
const FLOOR = 0.02

/**
 * Trains a net on windows of `prepared` (mini-batches drawn by `seed`; AdamW; warm-up and cosine) and
 * keeps the parameters that were best on held-out windows. Throws ERR_CANCELLED when stopped,
 * ERR_ARGUMENT when `warmStart` is of another shape, ERR_NOT_FINITE when a step has no finite loss (a checkpoint of the last good state goes out first),
 * ERR_STORE_DAMAGED when `resume` is not of this run.
 */
export async function trainForecastNet(
  prepared: PreparedSet,
  shape: ForecastNetShape,
  options: TrainingOptions,
): Promise<TrainedNet> {
  requireArgument(options.steps >= 1, 'training takes at least one step')
  const random = createRandom(`nets:${options.seed}`)
  const sampler = createSampler(prepared, options, random.split('sampler'))
  const { plan, batch, seed, workers } = options
  const net = buildForecastNet(shape, plan, { batch, seed, workers })
  try {
    await net.ready()
    const writer = createWindowWriter(prepared, shape, plan, net, options.squeeze)
    const run = { net, writer, sampler, random, options, shape }
    const state = options.resume === undefined ? start(run) : resume(run, options.resume)
    await runSteps(run, state)
    const { step, bestStep, bestLoss, best } = state
    return {
      shape,
      squeeze: options.squeeze,
      parameters: best,
      steps: step,
      bestStep,
      heldOutLoss: bestLoss,
    }
  } finally {
    net.close()
  }
}

interface Run {
  readonly net: Net
  readonly writer: WindowWriter
  readonly sampler: Sampler
  readonly random: Random
  readonly options: TrainingOptions
  readonly shape: ForecastNetShape
}

function start(run: Run): RunState {
  drawBatch(run, 'start')
  startPlain(run.net, run.options.batch, run.shape)
  const plain = { best: run.net.saveParameters(), bestLoss: heldOutLoss(run) }
  const { best, bestLoss } = warmer(run, plain)
  return { step: 0, bestStep: 0, bestLoss, best, looksWithoutGain: 0 }
}

/** Loads the warm start where there is one that is no worse than the plain one, else the plain one. */
function warmer(run: Run, plain: Pick<RunState, 'best' | 'bestLoss'>) {
  const { warmStart } = run.options
  if (warmStart === undefined) return plain
  run.net.restoreParameters(warmStart)
  const bestLoss = heldOutLoss(run)
  if (!(bestLoss > plain.bestLoss)) return { best: warmStart, bestLoss }
  run.net.restoreParameters(plain.best)
  return plain
}

async function runSteps(run: Run, state: RunState): Promise<void> {
  const { net, options } = run
  const { steps, lookEvery, patience, onProgress = silent, signal } = options
  let good = net.saveState()
  while (state.step < steps && state.looksWithoutGain < patience) {
    throwIfStopped(signal)
    takeStep(run, state, good)
    if (state.step % lookEvery === 0 || state.step === steps) {
      look(run, state)
      good = net.saveState()
      options.onCheckpoint?.(checkpoint(state, good))
      const heldOut = Number.isFinite(state.bestLoss)
        ? `, held out ${state.bestLoss.toFixed(4)}`
        : ''
      const note = `loss ${net.loss.toFixed(4)}${heldOut}`
      onProgress({ step: 'train net', done: state.step, total: steps, note })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function takeStep(run: Run, state: RunState, good: Uint8Array): void {
  const { net, options } = run
  const { steps, learningRate, clipNorm, weightDecay } = options
  drawBatch(run, state.step)
  const warmUp = Math.max(1, Math.round(WARM_UP_SHARE * steps))
  const schedule = { peak: learningRate, steps, warmUp, floor: FLOOR }
  const rate = learningRateAt(schedule, state.step)
  const loss = net.backward()
  try {
    if (!Number.isFinite(loss)) throw new StorewrightError('ERR_NOT_FINITE', `the loss is ${loss}`)
    net.adamStep({ learningRate: rate, clipNorm, weightDecay })
  } catch (cause) {
    net.restoreState(good)
    options.onCheckpoint?.(checkpoint({ ...state, step: net.steps }, good))
    throw new StorewrightError('ERR_NOT_FINITE', `step ${state.step + 1} of the net was refused`, {
      next: 'Go on from the last checkpoint with a smaller learning rate.',
      cause,
    })
  }
  state.step++
}

/** Fills the batch with windows drawn for `step` alone: the same whether training was resumed or not. */
function drawBatch({ random, sampler, writer, options }: Run, step: number | string): void {
  const draws = random.split(`step ${step}`)
  for (let sample = 0; sample < options.batch; sample++) {
    const { series, seen } = sampler.draw(draws)
    writer.write(sample, series, seen, sampler.rule(series))
  }
}

/** Compares the parameters with the best so far; without held-out windows the last are the best. */
function look(run: Run, state: RunState): void {
  const loss = heldOutLoss(run)
  state.looksWithoutGain++
  if (!Number.isNaN(loss) && loss >= state.bestLoss) return
  state.best = run.net.saveParameters()
  state.bestStep = state.step
  state.bestLoss = loss
  state.looksWithoutGain = 0
}

/** Weighted mean loss over the held-out windows; NaN without any. */
function heldOutLoss({ net, writer, sampler, options }: Run): number {
  let sum = 0
  let total = 0
  for (let from = 0; from < sampler.heldOut.length; from += options.batch) {
    const windows = sampler.heldOut.slice(from, from + options.batch)
    let weight = 0
    windows.forEach(({ series, seen, rule }, sample) => {
      weight += writer.write(sample, series, seen, rule)
    })
    if (!(weight > 0)) continue
    net.forward(windows.length)
    sum += weight * net.loss
    total += weight
  }
  return total > 0 ? sum / total : Number.NaN
}

interface CheckpointMeta {
  readonly kind: 'net-checkpoint'
  readonly step: number
  readonly bestStep: number
  /** null = none held out. */
  readonly bestLoss: number | null
  readonly looksWithoutGain: number
}

function checkpoint(state: RunState, good: Uint8Array): Uint8Array {
  const { step, bestStep, bestLoss, looksWithoutGain } = state
  const loss = Number.isNaN(bestLoss) ? null : bestLoss
  const meta: CheckpointMeta = {
    kind: 'net-checkpoint',
    step,
    bestStep,
    bestLoss: loss,
    looksWithoutGain,
  }
  return packBytes(meta, [good, state.best])
}

function resume({ net }: Run, bytes: Uint8Array): RunState {
  const { meta, parts } = unpackBytes(bytes)
  const { kind, step, bestStep, bestLoss, looksWithoutGain } = meta as CheckpointMeta
  if (kind !== 'net-checkpoint' || parts.length !== 2) {
    throw new StorewrightError('ERR_STORE_DAMAGED', 'this is no checkpoint of a net')
  }
  net.restoreState(parts[0]!)
  return { step, bestStep, bestLoss: bestLoss ?? Number.NaN, best: parts[1]!, looksWithoutGain }
}
