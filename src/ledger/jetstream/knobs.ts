import { declareKnob } from '../../core/knobs.ts'

export const ackWaitKnob = declareKnob({
  name: 'ledger.ack-wait-milliseconds',
  unit: 'ms',
  range: [50, 60_000],
  default: 1_000,
  trades:
    'A longer wait for one answer of JetStream asks again less often, and takes longer to notice a dead server.',
})

export const answerDeadlineKnob = declareKnob({
  name: 'ledger.answer-deadline-milliseconds',
  unit: 'ms',
  range: [100, 600_000],
  default: 30_000,
  trades:
    'A longer deadline outlives elections and restarts of JetStream, and keeps callers waiting when it is gone.',
})

export const messageBytesKnob = declareKnob({
  name: 'ledger.message-bytes',
  unit: 'bytes',
  range: [1_024, 8_388_608],
  default: 262_144,
  trades:
    'Larger messages carry more waiting appends through one replication, and delay the first of them.',
})
