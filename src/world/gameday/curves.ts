import { requireArgument, StorewrightError } from '../../core/errors.ts'
import type { Curves } from './arrivals.ts'

/** Load of one service as it is forecast: requests in each of equal steps. */
export interface ServiceForecast {
  readonly service: string
  /** Epoch ms at which the first step begins. */
  readonly startMs: number
  readonly stepMs: number
  readonly requests: Float64Array
}

/** Which part of the forecasts is driven and how. */
export interface CurveWindow {
  /** Epoch ms; the end is not included. */
  readonly fromMs: number
  readonly toMs: number
  /** So many seconds of the forecast pass in one; rates stay as they are forecast. */
  readonly compress: number
}

/** Curves of the services that the target has, and what was left out. */
export interface GamedayCurves {
  /** Steps are named as the services. */
  readonly curves: Curves
  /** Services of the forecast that the target does not have. */
  readonly leftOut: readonly string[]
  /** [steps] largest rate forecast within the window, requests a second. */
  readonly peaks: readonly number[]
}

/**
 * Cuts the window out of the forecasts and compresses it: an hour becomes a minute at compress 60, at
 * the same rates, so that servers meet the same load and shorter plateaus. Several forecasts of one
 * service (regions) are added up. Throws ERR_ARGUMENT on forecasts of different steps, and where none
 * reaches into the window.
 */
export function gamedayCurves(
  forecasts: readonly ServiceForecast[],
  window: CurveWindow,
  services: ReadonlySet<string>,
): GamedayCurves {
  const stepMs = forecasts[0]?.stepMs ?? 60_000
  requireArgument(
    forecasts.every((one) => one.stepMs === stepMs),
    'the forecasts have steps of different lengths; forecast all services with one --step',
  )
  const { fromMs, toMs, compress } = window
  requireArgument(compress > 0, `compress is ${compress}; give more than 0`)
  const count = Math.ceil((toMs - fromMs) / stepMs)
  requireArgument(count > 0, 'the event ends before it starts')
  const rates = new Map<string, Float64Array>()
  const leftOut = new Set<string>()
  for (const { service, startMs, requests } of forecasts) {
    if (!services.has(service)) {
      leftOut.add(service)
      continue
    }
    const rate = rates.get(service) ?? new Float64Array(count)
    rates.set(service, rate)
    for (let i = 0; i < count; i++) {
      const at = Math.round((fromMs + i * stepMs - startMs) / stepMs)
      rate[i]! += Math.max(0, (requests[at] ?? 0) / (stepMs / 1000))
    }
  }
  const steps = [...rates].map(([step, perSecond]) => ({ step, perSecond }))
  refuseEmpty(steps.length, forecasts.length, leftOut, window)
  const peaks = steps.map(({ perSecond }) => perSecond.reduce((a, b) => Math.max(a, b), 0))
  requireArgument(
    peaks.some((peak) => peak > 0),
    `nothing is forecast from ${iso(fromMs)} to ${iso(toMs)}`,
  )
  return { curves: { intervalMs: stepMs / compress, steps }, leftOut: [...leftOut], peaks }
}

function refuseEmpty(
  steps: number,
  forecasts: number,
  leftOut: ReadonlySet<string>,
  { fromMs, toMs }: CurveWindow,
): void {
  if (steps > 0) return
  throw new StorewrightError(
    'ERR_ARGUMENT',
    forecasts === 0
      ? `there is no forecast from ${iso(fromMs)} to ${iso(toMs)}`
      : `the target has none of the services that are forecast: ${[...leftOut].join(', ')}`,
    {
      next: 'Name services search, product, promise, cart, checkout, or say with --requests FILE how the shop is asked.',
    },
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16)
}

/** The curves at a multiple of their rates. */
export function timesCurves({ intervalMs, steps }: Curves, multiple: number): Curves {
  return {
    intervalMs,
    steps: steps.map(({ step, perSecond }) => ({
      step,
      perSecond: perSecond.map((rate) => rate * multiple),
    })),
  }
}

/** A rise from nothing to the first rates of the curves within `ms`, in tenths of a second. */
export function warmUpCurves({ steps }: Curves, ms: number): Curves {
  const intervalMs = 100
  const count = Math.ceil(ms / intervalMs)
  return {
    intervalMs,
    steps: steps.map(({ step, perSecond }) => ({
      step,
      perSecond: Float64Array.from(
        { length: count },
        (_, i) => (perSecond[0] ?? 0) * ((i + 1) / count),
      ),
    })),
  }
}
