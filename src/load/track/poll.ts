import { setTimeout as wait } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { createSourceReader, type SourceReader } from './read-source.ts'
import type { LoadSample, SourceOptions } from './samples.ts'

/** How a URL is asked again and again. */
export interface PollOptions extends SourceOptions {
  readonly url: string
  /** Hosts that may be asked; 127.0.0.1 and localhost by default. */
  readonly allowedHosts: readonly string[]
  readonly everyMs: number
  /** From when samples are wanted, and until when it is asked, epoch ms. */
  readonly fromMs: number
  readonly untilMs: number
  readonly now: () => number
  readonly signal?: AbortSignal
}

export const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '[::1]'] as const
const ANSWER_MS = 20_000
const MOST_BYTES = 64 * 2 ** 20
/** Failures in a row after which polling gives up. */
const MOST_FAILURES = 10

/** Throws ERR_ARGUMENT where a URL is none, or its host is not on the list. */
export function requireAllowed(url: string, allowedHosts: readonly string[]): URL {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', `${url} is no URL`, {
      next: 'Write http://host:port/path.',
      cause,
    })
  }
  const allowed = [...LOCAL_HOSTS, ...allowedHosts]
  if (
    !/^https?:$/.test(parsed.protocol) ||
    !(allowed.includes(parsed.hostname) || allowed.includes(parsed.host))
  ) {
    throw new StorewrightError(
      'ERR_ARGUMENT',
      `${parsed.host} is not on the list of hosts that may be asked`,
      {
        value: parsed.host,
        next: `Allow it with --allow-host ${parsed.hostname}.`,
      },
    )
  }
  return parsed
}

/** The URL with start, end and step of the next question, where it asks a range of Prometheus and has none. */
export function rangeUrl(url: URL, fromMs: number, toMs: number, stepMs: number): string {
  const asked = new URL(url)
  if (!asked.pathname.endsWith('/api/v1/query_range')) return asked.toString()
  asked.searchParams.set('start', String(fromMs / 1000))
  asked.searchParams.set('end', String(toMs / 1000))
  asked.searchParams.set('step', String(stepMs / 1000))
  return asked.toString()
}

/** One question: samples between two moments, of a Prometheus range or of what an address holds. */
export interface AskOptions {
  readonly url: string
  readonly allowedHosts: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly signal?: AbortSignal
}

/** Asks once. Throws ERR_ARGUMENT on hosts that are not allowed, ERR_FEED_UNREADABLE on other answers than 2xx. */
export async function askSource(
  reader: SourceReader,
  { fromMs, toMs, stepMs, signal, ...options }: AskOptions,
): Promise<readonly LoadSample[]> {
  const url = requireAllowed(options.url, options.allowedHosts)
  return reader.read(await fetchText(rangeUrl(url, fromMs, toMs, stepMs), signal))
}

/**
 * Samples of a URL, asked every so often until the end or the signal: Prometheus is asked for what is
 * new, other addresses for what they hold. Redirects are refused, because they lead to other hosts.
 * Throws ERR_FEED_UNREADABLE after ten failures in a row.
 */
export async function* pollSource(options: PollOptions): AsyncGenerator<readonly LoadSample[]> {
  const { everyMs, untilMs, stepMs, now, signal } = options
  const url = requireAllowed(options.url, options.allowedHosts)
  const reader = createSourceReader(options)
  let fromMs = options.fromMs
  let failures = 0
  while (!(signal?.aborted ?? false)) {
    const toMs = Math.min(now(), untilMs)
    const whole = toMs - (toMs % stepMs)
    try {
      if (whole >= fromMs) {
        const samples = reader.read(await fetchText(rangeUrl(url, fromMs, whole, stepMs), signal))
        if (samples.length > 0) yield samples
        fromMs = whole + stepMs
      }
      failures = 0
    } catch (error) {
      if (signal?.aborted ?? false) return
      if (++failures >= MOST_FAILURES) throw error
    }
    if (toMs >= untilMs) return
    await wait(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  }
}

async function fetchText(url: string, signal?: AbortSignal): Promise<string> {
  const limits = [AbortSignal.timeout(ANSWER_MS), ...(signal === undefined ? [] : [signal])]
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.any(limits) })
  const text = await answer.text()
  if (answer.ok && text.length <= MOST_BYTES) return text
  throw new StorewrightError(
    'ERR_FEED_UNREADABLE',
    `${new URL(url).host} answers ${answer.status}`,
    {
      next: 'Look at the address and the query.',
    },
  )
}
