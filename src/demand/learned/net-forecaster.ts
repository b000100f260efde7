import { readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { nets } from '../../learn/index.ts'
import { slotOf } from '../axis.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import { chooseMembers, chooseShape, chooseTraining } from './net/choose.ts'
import { createNetPredictor } from './net/fitted.ts'
import { layoutOf, warmMembers } from './net/kept.ts'
import { warmShare, yearsToTell } from './net/knobs.ts'
import { panelSet } from './net/series-set.ts'

/** Buckets ahead that a net learns by default; longer horizons go on from its last. */
const DEFAULT_HORIZON = { H: 48, D: 28, W: 52, M: 12 } as const

/**
 * One net for all series of a panel (Wen et al. 2017): `mqcnn` reads the past with dilated
 * convolutions, `mqrnn` with a recurrence. Means and quantiles as every forecaster gives them.
 */
export function netForecaster(encoder: nets.EncoderKind): Forecaster {
  return {
    name: nameOf(encoder),
    fit: (panel, parameters) => fitNet(encoder, panel, parameters),
  }
}

const nameOf = (encoder: nets.EncoderKind) => (encoder === 'conv' ? 'mqcnn' : 'mqrnn')

async function fitNet(
  encoder: nets.EncoderKind,
  panel: Panel,
  parameters: FitParameters = {},
): Promise<FittedForecaster> {
  const { trainEnd = panelEnd(panel), settings = {}, season } = parameters
  const laid = panelSet(panel, trainEnd, season)
  const end = slotOf(laid.axis, trainEnd)
  const buckets = parameters.horizon ?? DEFAULT_HORIZON[panel.buckets.frequency]
  const horizon = Math.max(1, slotOf(laid.axis, trainEnd + buckets) - end)
  const first = laid.set.firstStep.reduce((a, b) => Math.min(a, b), end)
  const tellTime = end - first >= readKnob(yearsToTell, settings) * laid.seasons.long
  const reading = { seasons: laid.seasons, horizon, trainEnd: end, maskPeaks: true, tellTime }
  const prepared = nets.prepareSet(laid.set, reading)
  const shape = chooseShape(encoder, prepared, settings)
  const layout = layoutOf(panel, laid, shape)
  const warm = warmMembers(parameters.nets, nameOf(encoder), layout, trainEnd)
  const trained = await trainMembers({ prepared, shape, warm, end }, parameters)
  const members = trained.map(({ parameters: own }) => own)
  parameters.nets?.keep({ name: nameOf(encoder), trainEnd, layout, members })
  return createNetPredictor(panel, laid, prepared, trained, trainEnd)
}

interface Training {
  readonly prepared: nets.PreparedSet
  readonly shape: nets.ForecastNetShape
  /** Parameters to start from, one a member as far as there are. */
  readonly warm: readonly Uint8Array[]
  /** First step that is not known. */
  readonly end: number
}

/** As many nets as the knob says, each from its own seed, or from where an earlier run left it. */
async function trainMembers(
  { prepared, shape, warm, end }: Training,
  { pool, onProgress, signal, seed = 1, settings = {} }: FitParameters,
): Promise<nets.TrainedNet[]> {
  const trained: nets.TrainedNet[] = []
  const training = chooseTraining(prepared, shape, end, settings)
  const count = chooseMembers(prepared, settings)
  for (let k = 0; k < count; k++) {
    const warmStart = warm[k]
    const options = {
      ...(warmStart === undefined ? training : shorter(training, readKnob(warmShare, settings))),
      seed: `${seed}/${k}`,
      workers: pool?.threads ?? 1,
      ...(warmStart === undefined ? {} : { warmStart }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    }
    trained.push(await nets.trainForecastNet(prepared, shape, options))
  }
  return trained
}

/** The training of a net that knows most of it already. */
function shorter<T extends { readonly steps: number; readonly learningRate: number }>(
  training: T,
  share: number,
): T {
  const steps = Math.max(1, Math.round(share * training.steps))
  return { ...training, steps, learningRate: share * training.learningRate }
}
