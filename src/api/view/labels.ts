const WORDS: Readonly<Record<string, string>> = {
  'seasonal-naive': 'Seasonal naive',
  'moving-average': 'Moving average',
  'weighted-history': 'Weighted history',
  'weighted-history-long': 'Weighted history, long',
  ses: 'Simple smoothing',
  holt: 'Trend smoothing',
  'damped-holt': 'Damped trend smoothing',
  'auto-ets': 'Exponential smoothing',
  theta: 'Theta',
  'optimised-theta': 'Theta, optimised',
  croston: 'Croston',
  sba: 'Croston, bias-corrected',
  tsb: 'TSB',
  hurdle: 'Hurdle',
  'hurdle-short': 'Hurdle, short memory',
  'hurdle-long': 'Hurdle, long memory',
  'seasonal-drift': 'Seasonal drift',
  classical: 'Classical floor',
  trees: 'Boosted trees',
  'cold-start': 'Likes of new products',
  mqcnn: 'MQ-CNN',
  mqrnn: 'MQ-RNN',
  combined: 'Combination',
}

/** The model that every other one is compared with. */
export const BASELINE_MODEL = 'seasonal-naive'

/** A model's name as people read it; a mix names its parts. */
export function modelLabel(model: string): string {
  const mix = /^mix\((.*)\)$/.exec(model)
  if (mix === null) return WORDS[model] ?? capital(model.replaceAll('-', ' '))
  return `Mix: ${mix[1]!
    .split('+')
    .map((part) => modelLabel(part).toLowerCase())
    .join(', ')}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const SEGMENT_WORDS: Readonly<Record<string, string>> = {
  all: 'All products',
  new: 'Not sold yet',
  low: 'Sells little',
  mid: 'Sells some',
  high: 'Sells much',
  smooth: 'steadily',
  erratic: 'unevenly',
  intermittent: 'now and then',
  lumpy: 'now and then, unevenly',
  young: 'young',
  old: '',
}

/** A segment `volume/pattern/age` as people read it; other names as they are. */
export function segmentLabel(segment: string): string {
  const words = segment.split('/').map((word) => SEGMENT_WORDS[word] ?? word)
  return words.filter((word) => word !== '').join(', ')
}
