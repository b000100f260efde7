import { declareKnob } from '../../core/knobs.ts'

/** Knobs of live stock. */
export const STOCK_KNOBS = {
  batchCommands: declareKnob({
    name: 'fulfilment.stock-batch-commands',
    unit: 'commands',
    range: [1, 65_536],
    default: 2_048,
    trades:
      'Commands that are decided and written together: more raise what is written a second, and let the first of them wait longer for its answer.',
  }),
  answerMinutes: declareKnob({
    name: 'fulfilment.stock-answer-minutes',
    unit: 'minutes',
    range: [1, 10_080],
    default: 60,
    trades:
      'How long the answer to a request is remembered at least: longer makes later repetitions safe and takes memory, 32 to 64 bytes an answer.',
  }),
  mostAnswers: declareKnob({
    name: 'fulfilment.stock-most-answers',
    unit: 'answers',
    range: [1_000, 16_000_000],
    default: 4_000_000,
    trades:
      'Answers after which the older ones are forgotten before their time: more take memory, fewer shorten the time in which a repetition is known.',
  }),
  clockTolerance: declareKnob({
    name: 'fulfilment.stock-clock-tolerance-milliseconds',
    unit: 'ms',
    range: [0, 600_000],
    default: 1_000,
    trades:
      'How far the clock may step back before commands are refused: more rides over corrections, and holds the time still for as long.',
  }),
  attempts: declareKnob({
    name: 'fulfilment.stock-attempts',
    unit: 'attempts',
    range: [1, 1_000],
    default: 20,
    trades:
      'How often commands are decided anew because somebody else wrote to the ledger first: more endures more rivals, and takes longer to say that there are too many.',
  }),
} as const
