import * as z from 'zod'
import { cents, day, moment, share } from './common.ts'

const command = z.string().describe('the command that fills it, to copy where it is empty')

/** A part of a forecast: what it comes from, and the units it adds. */
export const forecastPart = z.object({
  part: z.string(),
  label: z.string(),
  meaning: z.string().describe('what the part stands for, as a sentence'),
  units: z.number(),
})
export type ForecastPart = z.infer<typeof forecastPart>

export const segmentModel = z.object({
  model: z.string(),
  label: z.string(),
  weight: share.describe('its weight in the combination'),
  scaledPinball: z.number().nullable().describe('lower is better'),
  floorRatio: z.number().nullable().describe('its error over that of the floor'),
  wape: z.number().nullable().describe('error of the sum over the horizon, over sales'),
  bias: z.number().nullable(),
  coverage80: share.nullable(),
  coverage90: share.nullable(),
  used: z.boolean(),
  isFloor: z.boolean(),
})

/** Products that sell alike, and how the models do on them. */
export const segmentComparison = z.object({
  segment: z.string(),
  label: z.string(),
  products: z.int(),
  units: z.number().describe('units they sold in the backtest'),
  floor: z.number().nullable().describe('scaled pinball loss of the classical floor'),
  learned: z.number().nullable().describe('the same of the best learned model'),
  learnedLabel: z.string().nullable(),
  combined: z.number().nullable().describe('the same of what the combination would give'),
  ratio: z.number().nullable().describe('error of what is used over that of the floor'),
  uses: z.enum(['floor', 'learned', 'mix']),
  models: z.array(segmentModel),
})
export type SegmentComparison = z.infer<typeof segmentComparison>

/** GET /api/demand/segments */
export const segmentList = z.object({
  sentence: z.string().nullable().describe('where the learned models are used, in words'),
  segments: z.array(segmentComparison).describe('worst first'),
  command,
})
export type SegmentList = z.infer<typeof segmentList>

export const calibrationQuery = z.object({ segment: z.string().default('all') })
export type CalibrationQuery = z.infer<typeof calibrationQuery>

export const eventsQuery = z.object({ segment: z.string().default('all') })
export type EventsQuery = z.infer<typeof eventsQuery>

export const calibrationPoint = z.object({
  level: z.number().gt(0).lt(1),
  before: share.describe('share of days at or below the quantile, as the models gave it'),
  after: share.describe('the same as corrected, each past origin by what the others show'),
  shift: z.number().describe('correction added, in widths of the band from 5 % to 95 %'),
  points: z.int().describe('days it was learned from'),
})
export type CalibrationPoint = z.infer<typeof calibrationPoint>

const named = z.object({ segment: z.string(), label: z.string() })

/** GET /api/demand/calibration */
export const calibration = z.object({
  segment: z.string(),
  label: z.string(),
  segments: z.array(named).describe('what can be asked for'),
  sentence: z.string().nullable(),
  bands: z.array(
    z.object({
      from: z.int().describe('first day ahead, counts from 1'),
      to: z.int().describe('last day ahead'),
      points: z.array(calibrationPoint),
    }),
  ),
  command,
})
export type Calibration = z.infer<typeof calibration>

export const eventEffect = z.object({
  name: z.string(),
  kind: z.string(),
  segment: z.string(),
  nextOn: day.nullable().describe('its next first day, as far as the feed says'),
  lastOn: day.nullable(),
  occurrences: z.int().describe('past dates that it was learned from'),
  peak: z.object({ offset: z.int(), multiplier: z.number(), low: z.number(), high: z.number() }),
  profile: z
    .array(
      z.object({
        offset: z.int().describe('days from its first day'),
        multiplier: z.number().describe('demand over what it would have been'),
        low: z.number().describe('the same in the worst 1 of 10 cases'),
        high: z.number().describe('the same in the best 1 of 10 cases'),
      }),
    )
    .min(1),
})
export type EventEffect = z.infer<typeof eventEffect>

/** GET /api/demand/events */
export const eventList = z.object({
  segment: z.string(),
  segments: z.array(named).describe('what can be asked for'),
  events: z.array(eventEffect).describe('next first, then those without a date ahead'),
  command,
})
export type EventList = z.infer<typeof eventList>

export const lostProduct = z.object({
  productId: z.string(),
  title: z.string(),
  days: z.int(),
  units: z.number(),
  cents: cents.nullable(),
})

/** GET /api/demand/lost-sales */
export const lostSales = z.object({
  units: z.number().describe('wanted and not sold'),
  cents: cents.nullable().describe('expected revenue lost; null where no price is known'),
  products: z.int(),
  productDays: z.int().describe('days out of stock, product by product'),
  worst: z.array(lostProduct).describe('dearest first, twenty at most'),
})
export type LostSales = z.infer<typeof lostSales>

export const forecastWeek = z.object({
  weekOf: day.describe('its Monday'),
  days: z.int().min(1).max(7).describe('days of it that are forecast'),
  total: z.number(),
  parts: z.array(forecastPart),
})
export type ForecastWeek = z.infer<typeof forecastWeek>

export const like = z.object({
  productId: z.string(),
  title: z.string(),
  weight: share,
  reason: z.string().describe('what they share'),
  unitsPerWeek: z.number().describe('what it sold a week at the same age'),
  spark: z.array(z.number()).describe('units a week, oldest first'),
})

export const lostDay = z.object({
  ds: day,
  sold: z.number(),
  wanted: z.number(),
  lost: z.number(),
  lostCents: cents.nullable(),
})

export const substitute = z.object({
  productId: z.string(),
  title: z.string(),
  probability: share.describe('of the customers who find the other out of stock'),
  direction: z.enum(['takes', 'gives']).describe('takes: sells instead of the product'),
})

export const forecastChange = z.object({
  sentence: z.string(),
  previousVersion: z.int(),
  previousMadeAt: moment.nullable(),
  days: z.int().describe('days of the whole weeks that both forecasts cover'),
  units: z.number().describe('newer less older; the sum of the parts'),
  parts: z.array(forecastPart).describe('largest first'),
})
export type ForecastChange = z.infer<typeof forecastChange>

/** GET /api/demand/products/:id/why */
export const productWhy = z.object({
  contributions: z
    .object({
      sentence: z.string(),
      days: z.int(),
      total: z.number().describe('the sum of the parts'),
      parts: z.array(forecastPart),
      weeks: z.array(forecastWeek),
    })
    .nullable(),
  change: forecastChange.nullable(),
  events: z.array(eventEffect).describe('for products of its kind, next first'),
  likes: z.array(like).describe('what a new product leans on, most alike first'),
  lost: z
    .object({
      sentence: z.string(),
      units: z.number(),
      cents: cents.nullable(),
      days: z.array(lostDay),
    })
    .nullable(),
  substitutes: z.array(substitute),
})
export type ProductWhy = z.infer<typeof productWhy>
