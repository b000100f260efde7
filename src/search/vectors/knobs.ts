import { declareKnob } from '../../core/knobs.ts'

/** Knobs of the vectors. */
export const VECTOR_KNOBS = {
  width: declareKnob({
    name: 'search.vector-width',
    unit: 'numbers',
    range: [8, 512],
    default: 64,
    trades: 'Wider vectors tell more apart; training, memory and search cost more in proportion.',
  }),
  buckets: declareKnob({
    name: 'search.vector-buckets',
    unit: 'rows',
    range: [1024, 1_048_576],
    default: 32_768,
    trades:
      'More rows mix up fewer letter groups; each costs a vector of memory and time in every step.',
  }),
  restWords: declareKnob({
    name: 'search.vector-rest-words',
    unit: 'words',
    range: [0, 1000],
    default: 60,
    trades: 'More words of category, brand, attributes and text are read; later ones say less.',
  }),
  titleShare: declareKnob({
    name: 'search.vector-title-share',
    unit: 'share',
    range: [0, 1],
    default: 0.6,
    trades: 'Higher, and a product is what its title says; lower, and what its other fields say.',
  }),
  overfetch: declareKnob({
    name: 'search.vector-overfetch',
    unit: 'ratio',
    range: [1, 50],
    default: 3,
    trades: 'More neighbours are looked at exactly: fewer are missed, for more time.',
  }),
  exactBelow: declareKnob({
    name: 'search.vector-exact-below',
    unit: 'products',
    range: [0, 1_000_000],
    default: 6000,
    trades:
      'Among fewer allowed products than this all are compared: nothing is missed, time grows with them.',
  }),
  expansion: declareKnob({
    name: 'search.vector-expansion',
    unit: 'nodes',
    range: [16, 1024],
    default: 128,
    trades: 'More nodes of the graph are visited: fewer neighbours are missed, for more time.',
  }),
  sentenceLeast: declareKnob({
    name: 'search.sentence-least-likeness',
    unit: 'cosine',
    range: [-1, 1],
    default: 0.4,
    trades:
      'How near a sentence model must put a product to a query of which the store knows no word: higher shows nothing to more of them.',
  }),
  askerShare: declareKnob({
    name: 'search.vector-asker-share',
    unit: 'ratio',
    range: [0, 5],
    default: 0.5,
    trades: 'Higher, and results follow what the customer looked at rather than the query.',
  }),
  askerDecay: declareKnob({
    name: 'search.vector-asker-decay',
    unit: 'ratio a product',
    range: [0.1, 1],
    default: 0.8,
    trades: 'Lower, and only the last few products tell who asks.',
  }),
  factorProducts: declareKnob({
    name: 'search.vector-factor-products',
    unit: 'products',
    range: [100, 1_000_000],
    default: 20_000,
    trades:
      'More products are read to find the factors: rarer words are placed better, for more time.',
  }),
  steps: declareKnob({
    name: 'search.vector-steps',
    unit: 'steps',
    range: [1, 100_000],
    default: 400,
    trades: 'More steps fit clicks closer, up to where they are learned by heart.',
  }),
  learningRate: declareKnob({
    name: 'search.vector-learning-rate',
    unit: 'ratio',
    range: [0.00001, 0.1],
    default: 0.003,
    trades: 'Higher learns faster and less surely.',
  }),
  scale: declareKnob({
    name: 'search.vector-scale',
    unit: 'ratio',
    range: [1, 100],
    default: 20,
    trades: 'Higher, and training looks at the nearest wrong products alone.',
  }),
  titlePieces: declareKnob({
    name: 'search.vector-title-pieces',
    unit: 'share',
    range: [0, 1],
    default: 0.3,
    trades: 'Higher, and more of the training is pieces of titles in place of real queries.',
  }),
} as const
