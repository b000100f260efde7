import { declareKnob } from '../../core/knobs.ts'

/** Knobs of stock on several machines. */
export const CLUSTER_KNOBS = {
  leaseMilliseconds: declareKnob({
    name: 'fulfilment.cluster-lease-milliseconds',
    unit: 'ms',
    range: [50, 60_000],
    default: 2_000,
    trades:
      'Silence of an owner after which another takes its shard: longer rides over pauses, shorter sells on sooner after a death.',
  }),
  commandDeadline: declareKnob({
    name: 'fulfilment.cluster-command-deadline-milliseconds',
    unit: 'ms',
    range: [100, 600_000],
    default: 20_000,
    trades:
      'How long a command is sent again over take-overs and elections before its caller is told: longer hides more of them, and keeps callers waiting.',
  }),
  answerMilliseconds: declareKnob({
    name: 'fulfilment.cluster-answer-milliseconds',
    unit: 'ms',
    range: [50, 60_000],
    default: 3_000,
    trades:
      'Wait for one answer of an owner before the command is sent again: shorter notices a stuck owner sooner, and sends again what is only slow.',
  }),
  batchCommands: declareKnob({
    name: 'fulfilment.cluster-batch-commands',
    unit: 'commands',
    range: [1, 4_096],
    default: 256,
    trades:
      'Commands sent to an owner in one message: more cost less a piece, and wait for each other.',
  }),
  snapshotEvents: declareKnob({
    name: 'fulfilment.cluster-snapshot-events',
    unit: 'events',
    range: [100, 100_000_000],
    default: 500_000,
    trades:
      'Events of a shard between two snapshots of its owner: more write less, and make the next start replay more.',
  }),
} as const
