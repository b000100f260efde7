import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { nets } from '../../learn/index.ts'
import { slotOf } from '../axis.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import { chooseMembers, chooseShape, chooseTraining } from './net/choose.ts'
import { createNetPredictor } from './net/fitted.ts'
import { yearsToTell } from './net/knobs.ts'
import { panelSet } from './net/series-set.ts'

/** Buckets ahead that a net learns by default; longer horizons go on from its last. */
const DEFAULT_HORIZON = { H: 48, D: 28, W: 52, M: 12 } as const

/**
 * One net for all series of a panel (Wen et al. 2017): `mqcnn` reads the past with dilated
 * convolutions, `mqrnn` with a recurrence. Means and quantiles as every forecaster gives them.
 */
export function netForecaster(encoder: nets.EncoderKind): Forecaster {
  return {
    name: encoder === 'conv' ? 'mqcnn' : 'mqrnn',
    fit: (panel, parameters) => fitNet(encoder, panel, parameters),
  }
}

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
  const trained = await trainMembers(encoder, prepared, parameters, end, settings)
  return createNetPredictor(panel, laid, prepared, trained, trainEnd)
}

/** As many nets as the knob says, each from its own seed. */
async function trainMembers(
  encoder: nets.EncoderKind,
  prepared: nets.PreparedSet,
  { pool, onProgress, signal, seed = 1 }: FitParameters,
  trainEnd: number,
  settings: KnobSettings,
): Promise<nets.TrainedNet[]> {
  const trained: nets.TrainedNet[] = []
  const shape = chooseShape(encoder, prepared, settings)
  const training = chooseTraining(prepared, shape, trainEnd, settings)
  const count = chooseMembers(prepared, settings)
  for (let k = 0; k < count; k++) {
    const options = {
      ...training,
      seed: `${seed}/${k}`,
      workers: pool?.threads ?? 1,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    }
    trained.push(await nets.trainForecastNet(prepared, shape, options))
  }
  return trained
}
