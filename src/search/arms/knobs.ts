import { declareKnob } from '../../core/knobs.ts'

/** Knobs of the arms that read the index alone. */
export const ARM_KNOBS = {
  plausible: declareKnob({
    name: 'search.plausible-matches',
    unit: 'products',
    range: [10, 10_000],
    default: 300,
    trades:
      'Among more matches of the words the newest, most wanted and rarely shown are found, with less to do with the query.',
  }),
  heavyPrior: declareKnob({
    name: 'search.popular-prior',
    unit: 'ratio',
    range: [0, 20],
    default: 2,
    trades:
      'Higher, and the arm of wanted products looks at how wanted a product is rather than at the words.',
  }),
  newDays: declareKnob({
    name: 'search.new-half-life',
    unit: 'days',
    range: [1, 3650],
    default: 90,
    trades: 'Longer, and products count as new for longer; shorter, and only the latest do.',
  }),
  rareness: declareKnob({
    name: 'search.explore-rareness',
    unit: 'exponent',
    range: [0, 3],
    default: 1,
    trades:
      'Higher, and exploring goes to products that were hardly shown, however weak their match.',
  }),
} as const
