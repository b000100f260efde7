import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { ORDER_PREFIX } from '../../fulfilment/index.ts'
import type { Ledger, LedgerEvent } from '../../ledger/index.ts'
import type { Webhook, WebhookFiles } from './webhook-files.ts'

/** Events of one delivery. */
const MOST_EVENTS = 100
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 5 * 60_000
const TIMEOUT_MS = 10_000
/** Longest reason that is kept of a failure. */
const LONGEST_REASON = 200

/** How far a webhook has heard, and what stands in the way. */
export interface WebhookState extends Omit<Webhook, 'secret'> {
  readonly delivered: number
  readonly waiting: boolean
  readonly lastError: string | undefined
}

/** Sends a delivery; resolves with the status of the reply. Never follows a redirection. */
export type SendDelivery = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<number>

export interface WebhookParts {
  readonly files: WebhookFiles
  readonly ledger: Ledger
  /** Origins that the store's settings list, such as https://shop.example; nothing else is sent to. */
  readonly origins: readonly string[]
  /** Epoch ms. */
  readonly clock: () => number
  readonly send?: SendDelivery
  /** Milliseconds to wait after failed attempt 1, 2, …; default doubling, from a second to five minutes. */
  readonly backOff?: (attempt: number) => number
}

/**
 * Tells registered addresses what happens to orders: each event at least once, those of one address in
 * their order, signed. What is not acknowledged by a 2xx is sent again, later and later; how far
 * each has heard is on disk, so that a restart goes on where it was.
 */
export interface Webhooks {
  list(): readonly WebhookState[]
  /** Throws ERR_ARGUMENT where the settings do not list the address. */
  add(url: string, events: readonly string[]): Promise<Webhook>
  /** Throws ERR_NOT_FOUND. */
  remove(webhookId: string): Promise<void>
  close(): Promise<void>
}

interface Running {
  readonly webhook: Webhook
  readonly stop: AbortController
  done: Promise<void>
  waiting: boolean
  lastError: string | undefined
}

/** Goes on with the webhooks that are on disk. */
export function openWebhooks(parts: WebhookParts): Webhooks {
  const { files, ledger, origins, clock } = parts
  const running = new Map<string, Running>()
  const run = (webhook: Webhook) => {
    const one: Running = {
      ...{ webhook, stop: new AbortController(), done: Promise.resolve() },
      ...{ waiting: false, lastError: undefined },
    }
    one.done = deliverAll(parts, one)
    running.set(webhook.webhookId, one)
  }
  for (const webhook of files.list()) run(webhook)
  return {
    list: () =>
      [...running.values()].map(({ webhook: { secret: _, ...webhook }, waiting, lastError }) => ({
        ...webhook,
        ...{ delivered: files.delivered(webhook.webhookId), waiting, lastError },
      })),
    async add(url, events) {
      requireListed(url, origins)
      const webhook: Webhook = {
        webhookId: randomBytes(8).toString('hex'),
        url,
        events,
        secret: `whsec_${randomBytes(32).toString('base64url')}`,
        addedAt: clock(),
      }
      files.add(webhook, await ledger.lastSequence())
      run(webhook)
      return webhook
    },
    async remove(webhookId) {
      const one = running.get(webhookId)
      if (one === undefined) {
        throw new StorewrightError('ERR_NOT_FOUND', `there is no webhook ${webhookId}`)
      }
      one.stop.abort()
      await one.done
      running.delete(webhookId)
      files.remove(webhookId)
    },
    async close() {
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

function requireListed(url: string, origins: readonly string[]): void {
  const isListed =
    URL.canParse(url) && origins.some((one) => new URL(one).origin === new URL(url).origin)
  if (isListed) return
  throw new StorewrightError('ERR_ARGUMENT', `${url} is not an address that webhooks may send to`, {
    column: 'body.url',
    next: 'List its origin in storewright.toml, [fulfilment] webhook_origins = ["https://…"], and start the server again.',
  })
}

async function deliverAll(parts: WebhookParts, one: Running): Promise<void> {
  const { files, ledger, origins, backOff = doubling } = parts
  const { webhook, stop } = one
  const { signal } = stop
  let heard = files.delivered(webhook.webhookId)
  for (let attempt = 0; !signal.aborted; ) {
    const events = await nextEvents(ledger, heard + 1, signal)
    const last = events.at(-1)
    if (last === undefined) continue
    const wanted = events.filter(({ type }) => isWanted(webhook, type))
    one.waiting = wanted.length > 0
    one.lastError = await attemptOf(() => {
      requireListed(webhook.url, origins)
      return wanted.length === 0 ? undefined : deliver(parts, webhook, wanted, signal)
    })
    if (one.lastError === undefined) {
      heard = last.sequence
      files.acknowledge(webhook.webhookId, heard)
      one.waiting = false
      attempt = 0
    } else {
      attempt++
      await pause(backOff(attempt), undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

function isWanted({ events }: Webhook, type: string): boolean {
  return events.length === 0 || events.includes(type)
}

/** The next events from `from` on; waits until there is one. None once the signal is given. */
async function nextEvents(
  ledger: Ledger,
  from: number,
  signal: AbortSignal,
): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for await (const first of ledger.tail({ from, prefix: ORDER_PREFIX, signal })) {
    const more = ledger.read({ from: first.sequence, prefix: ORDER_PREFIX, limit: MOST_EVENTS })
    for await (const event of more) events.push(event)
    break
  }
  return signal.aborted ? [] : events
}

/** Undefined where it went well; else what went wrong, in words. */
async function attemptOf(work: () => Promise<void> | undefined): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON)
  }
}

async function deliver(
  { clock, send = post }: WebhookParts,
  { webhookId, url, secret }: Webhook,
  events: readonly LedgerEvent[],
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify({
    webhookId,
    events: events.map(({ sequence, time, type, data }) => ({
      ...{ sequence, at: new Date(time).toISOString(), type, data },
    })),
  })
  const headers = {
    'content-type': 'application/json',
    'x-storewright-webhook': webhookId,
    'x-storewright-signature': signDelivery(secret, body, Math.floor(clock() / 1000)),
  }
  const status = await send(url, body, headers, signal)
  if (status < 200 || status > 299) throw new Error(`the address answered ${status}`)
}

/**
 * The signature of a delivery: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA-256 of `SECONDS.BODY`
 * under the secret. Whoever receives it computes the same and refuses what is old.
 */
export function signDelivery(secret: string, body: string, epochSeconds: number): string {
  const mac = createHmac('sha256', secret).update(`${epochSeconds}.${body}`).digest('hex')
  return `t=${epochSeconds},v1=${mac}`
}

const post: SendDelivery = async (url, body, headers, signal) => {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  // A redirection could lead to an address that nobody listed.
  const reply = await fetch(url, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
    signal: stop,
  })
  await reply.body?.cancel()
  return reply.status
}

function doubling(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
}
