import { FORECAST_PARTS as PARTS } from '../../core/forecast-parts.ts'

export { PARTS }

export type Part = (typeof PARTS)[number]

/** A part of a change between two forecasts: `model` is what no part tells. */
export type ChangePart = Part | 'model'

interface PartWords {
  /** Two or three words, for a chart. */
  readonly label: string
  /** One sentence: what it stands for. */
  readonly meaning: string
}

/** Each part as people read it. */
export const PART_WORDS: Readonly<Record<ChangePart, PartWords>> = {
  level: {
    label: 'usual level',
    meaning:
      'What it usually sells on an open day, of the past year or lately as the model reads it, on every open day ahead.',
  },
  recent_sales: {
    label: 'recent sales',
    meaning: 'How far the last weeks lie above or below that level, as far as the model follows.',
  },
  trend: {
    label: 'trend',
    meaning: 'What the forecast gains or loses from its first day to its last.',
  },
  weekday: {
    label: 'weekdays',
    meaning: 'Strong and weak days of the week; they cancel out over whole weeks.',
  },
  season: { label: 'season', meaning: 'The time of the year, apart from occasions.' },
  price: {
    label: 'price',
    meaning: 'Prices and promotions that are known, against the usual price.',
  },
  event: { label: 'occasions', meaning: 'Holidays, promotions and campaigns within these days.' },
  neighbours: {
    label: 'similar products',
    meaning: 'What products like it sold, where its own history says too little.',
  },
  attributes: {
    label: 'kind of product',
    meaning: 'Its category, brand, words and age.',
  },
  calibration: {
    label: 'correction',
    meaning: 'What past errors of the models add or take away.',
  },
  other: { label: 'rest', meaning: 'What the model adds that no other part tells.' },
  model: {
    label: 'another model',
    meaning: 'The forecast was made in another way, which the parts do not tell apart.',
  },
}
