import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node'
import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { StockCommand, StockOutcome } from '../stock/types.ts'
import { type Beats, listenToBeats } from './beats.ts'
import { CLUSTER_KNOBS } from './knobs.ts'
import { commandSubject, requireLayout, type ShardLayout, shardsOf } from './shards.ts'
import { errorOfAnswer, PASSING_CODES, parseAnswer } from './wire.ts'

export interface StockRouterOptions extends ShardLayout {
  /** Addresses of NATS servers. */
  readonly servers: readonly string[]
  readonly connection?: NodeConnectionOptions
  readonly knobs?: KnobSettings
}

/** Sends commands to the owners of their shards. */
export interface StockRouter {
  readonly layout: ShardLayout
  /**
   * Resolves with the owner's outcome. Sends again, with the same request id, over take-overs. A
   * command that names products of several shards is refused: see parts.ts. One without lines
   * (keep, confirm, release) needs `shard`. Throws ERR_ARGUMENT, and ERR_STOCK_AWAY when no owner
   * answered in time: the command may have happened, and sending it again is safe.
   */
  submit(command: StockCommand, shard?: number): Promise<StockOutcome>
  close(): Promise<void>
}

interface Waiting {
  readonly command: StockCommand
  readonly deadline: number
  readonly resolve: (outcome: StockOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Pause before commands are sent again where no owner is known, in ms. */
const PAUSE_MILLISECONDS = 50

/** Opens a router. Throws ERR_ARGUMENT, and what NATS says. */
export async function openStockRouter(options: StockRouterOptions): Promise<StockRouter> {
  const { cluster, shards, servers, knobs } = options
  const layout = { cluster, shards }
  requireLayout(layout)
  const connection = await connect({
    ...options.connection,
    name: 'storewright stock router',
    servers: [...servers],
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  })
  const beats = listenToBeats(connection, layout)
  const deadline = readKnob(CLUSTER_KNOBS.commandDeadline, knobs)
  const sending = {
    ...{ connection, beats, layout },
    answer: readKnob(CLUSTER_KNOBS.answerMilliseconds, knobs),
    most: readKnob(CLUSTER_KNOBS.batchCommands, knobs),
  }
  const queues = new Map<number, Waiting[]>()
  return {
    layout,
    async submit(command, shard) {
      const at = shardFor(layout, command, shard)
      return new Promise((resolve, reject) => {
        const one = { command, deadline: performance.now() + deadline, resolve, reject }
        const queue = queues.get(at)
        if (queue !== undefined) queue.push(one)
        else {
          queues.set(at, [one])
          void setImmediate().then(() => {
            const waiting = queues.get(at) ?? []
            queues.delete(at)
            for (let i = 0; i < waiting.length; i += sending.most) {
              void sendBatch(sending, at, waiting.slice(i, i + sending.most))
            }
          })
        }
      })
    },
    async close() {
      beats.close()
      await connection.close()
    },
  }
}

function shardFor(layout: ShardLayout, command: StockCommand, shard: number | undefined): number {
  const named = shardsOf(layout, command)
  requireArgument(
    named.length <= 1,
    `request ${command.requestId} names products of shards ${named.join(', ')}; send a command to each (reserveParts does for reservations)`,
  )
  const found = named[0] ?? shard
  requireArgument(
    found !== undefined && Number.isInteger(found) && found >= 0 && found < layout.shards,
    `request ${command.requestId} names no product: say which shard it is for`,
  )
  requireArgument(
    shard === undefined || shard === found,
    `request ${command.requestId} names products of shard ${found}, not ${shard}`,
  )
  return found
}

interface Sending {
  readonly connection: NatsConnection
  readonly beats: Beats
  readonly layout: ShardLayout
  readonly answer: number
  readonly most: number
}

/** Sends commands of one shard until they are answered or their time is over; throws nothing. */
async function sendBatch(sending: Sending, shard: number, batch: Waiting[]): Promise<void> {
  if (!fitsMessage(sending, batch)) {
    // Halves, down to the one that is too large by itself.
    const middle = batch.length >> 1
    if (middle === 0) batch[0]!.reject(tooLarge(batch[0]!.command))
    else {
      const halves = [batch.slice(0, middle), batch.slice(middle)]
      await Promise.all(halves.map((half) => sendBatch(sending, shard, half)))
    }
    return
  }
  let waiting: readonly Waiting[] = batch
  let failure: unknown
  while (waiting.length > 0) {
    const owner = sending.beats.ownerOf(shard)
    if (owner !== undefined) {
      failure = await trySend(sending, shard, owner.epoch, waiting)
      if (failure === undefined) return
    }
    const now = performance.now()
    for (const one of waiting) if (one.deadline <= now) one.reject(away(shard, failure))
    waiting = waiting.filter((one) => one.deadline > now)
    if (sending.connection.isClosed()) {
      for (const one of waiting) one.reject(away(shard, failure))
      return
    }
    await Promise.race([sleep(PAUSE_MILLISECONDS), sending.beats.next(PAUSE_MILLISECONDS)])
  }
}

/** Bytes that subject and protocol take beside the commands; generous. */
const OVERHEAD_BYTES = 1_024

function fitsMessage({ connection }: Sending, batch: readonly Waiting[]): boolean {
  const most = (connection.info?.max_payload ?? 1_048_576) - OVERHEAD_BYTES
  return Buffer.byteLength(textOf(batch)) <= most
}

function textOf(batch: readonly Waiting[]): string {
  return JSON.stringify(batch.map(({ command }) => command))
}

/** Sends commands to an owner; undefined when all are settled, else why it is worth another try. */
async function trySend(
  { connection, beats, layout, answer }: Sending,
  shard: number,
  epoch: number,
  waiting: readonly Waiting[],
): Promise<unknown> {
  try {
    const subject = commandSubject(layout, shard, epoch)
    const reply = await connection.request(subject, textOf(waiting), { timeout: answer })
    const told = parseAnswer(reply.string())
    if (told === undefined) return new Error('the answer cannot be read')
    if ('outcomes' in told && told.outcomes.length === waiting.length) {
      waiting.forEach(({ resolve }, k) => {
        resolve(told.outcomes[k]!)
      })
      return undefined
    }
    if (!('error' in told)) return new Error('the answer is of other commands')
    const error = errorOfAnswer(told.error)
    if (PASSING_CODES.has(error.code)) {
      if (error.code === 'ERR_STOCK_NOT_OWNER') beats.forget(shard, epoch)
      return error
    }
    for (const { reject } of waiting) reject(error)
    return undefined
  } catch (error) {
    // Nobody listens there any more, or no answer came: the next beat says who is owner now.
    beats.forget(shard, epoch)
    return error
  }
}

function tooLarge({ requestId }: StockCommand): StorewrightError {
  return new StorewrightError(
    'ERR_ARGUMENT',
    `request ${requestId} is larger than a message of the NATS servers may be`,
    { next: 'Send its lines in several commands, or raise max_payload of the servers.' },
  )
}

function away(shard: number, cause: unknown): StorewrightError {
  const reason = cause instanceof Error ? cause.message : 'none was heard of'
  return new StorewrightError(
    'ERR_STOCK_AWAY',
    `no owner of shard ${shard} answered in time: ${reason}`,
    {
      next: 'See that nodes run. The command may have happened: send it again with the same request id.',
      cause,
    },
  )
}
