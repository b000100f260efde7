import { type Command, InvalidArgumentError, Option } from 'commander'
import { track } from '../../load/index.ts'
import { wholeNumber } from '../options.ts'
import { stopSignal } from '../output.ts'

interface TrackOptions {
  readonly forecast?: string
  readonly history?: string
  readonly events?: string
  readonly from?: string
  readonly to?: string
  readonly series: Readonly<Record<string, string>>
  readonly source?: string
  readonly replay?: string
  readonly record?: string
  readonly allowHost: readonly string[]
  readonly every: number
  readonly unit?: 'per-second' | 'per-step'
  readonly metric: string
  readonly status: number
  readonly falseAlarms?: number
  readonly paths: number
  readonly seed: number
  readonly json: boolean
}

/** load track: an event, minute by minute. */
export function addLoadTrack(load: Command): void {
  load
    .command('track')
    .description('follow an event: load against its forecast, alarms, peak and end projected again')
    .option('--forecast <file>', 'what load forecast wrote, best with levels on both sides')
    .option('--history <file>', 'instead: forecast from this history first, with --from and --to')
    .option('--events <file>', 'events of that history')
    .option('--from <time>', 'first minute to forecast')
    .option('--to <time>', 'last minute to forecast')
    .option('--series <pairs>', 'which series, such as service=search,region=us', pairs, {})
    .option(
      '--source <file or URL>',
      'Prometheus range query, OTLP metrics as JSON, or CSV with ds and y',
    )
    .option('--replay <file>', 'what --record wrote, instead of a source')
    .option('--record <file>', 'write what comes in, as JSON lines')
    .option(
      '--allow-host <host>',
      'host that may be asked beside 127.0.0.1; may be repeated',
      many,
      [],
    )
    .option('--every <seconds>', 'how often a URL is asked', wholeNumber(1), 30)
    .addOption(
      new Option(
        '--unit <unit>',
        'what numbers are; default: per-step for CSV, else per-second',
      ).choices(['per-second', 'per-step']),
    )
    .option(
      '--metric <name>',
      'OpenTelemetry metric whose counts are requests',
      'http.server.request.duration',
    )
    .option('--status <minutes>', 'how often the rest is projected again', wholeNumber(1), 30)
    .option(
      '--false-alarms <rate>',
      'false alarms a day; default: load.track-false-alarms',
      positive,
    )
    .option('--paths <number>', 'courses of the forecast', wholeNumber(200), 400)
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .option('--json', 'print as JSON lines', false)
    .addHelpText('after', EXAMPLES)
    .action(follow)
}

const EXAMPLES = `
Examples:
  storewright load track --forecast o.csv --source today.csv
  storewright load track --forecast o.csv --record run.jsonl --source 'http://127.0.0.1:9090/api/v1/query_range?query=sum(rate(http_requests_total[1m]))'
  storewright load track --forecast o.csv --replay run.jsonl --json`

async function follow(options: TrackOptions): Promise<void> {
  const { json, allowHost, every, status, falseAlarms, ...rest } = options
  const print = (data: unknown, text: string) =>
    process.stdout.write(`${json ? JSON.stringify(data) : text}\n`)
  const summary = await track.trackFiles({
    ...rest,
    allowedHosts: allowHost,
    everySeconds: every,
    statusMinutes: status,
    ...(falseAlarms === undefined ? {} : { settings: { 'load.track-false-alarms': falseAlarms } }),
    now: Date.now,
    signal: stopSignal(),
    onMessage: (message) =>
      print(
        message,
        message.kind === 'notice' ? describeNotice(message.notice) : describeStatus(message),
      ),
  })
  print({ kind: 'summary', ...summary }, describeSummary(summary))
}

const clock = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
const number = (value: number) => Math.round(value).toLocaleString('en-US')
const percent = (share: number) => `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(0)} %`

function describeNotice({ atMs, text }: track.TrackNotice): string {
  return `${clock(atMs)}  ▲ ${text}`
}

function describeStatus({
  step,
  projection,
}: Extract<track.TrackMessage, { kind: 'status' }>): string {
  const { atMs, load, expected, low, high } = step
  const seen = Number.isNaN(load) ? 'unknown' : number(load)
  return `${clock(atMs)}  ${seen} (forecast ${number(expected)}, ${number(low)} … ${number(high)})  ${describeRest(projection)}`
}

function describeRest({ peak, peakAtMs, endMs, level }: track.Projection): string {
  return `level ${percent(level)}; peak ${number(peak.middle)} (${number(peak.low)} … ${number(peak.high)}) at ${clock(peakAtMs.middle)}; half of it until ${clock(endMs.middle)}`
}

function describeSummary({
  steps,
  inside,
  error,
  notices,
  projection,
}: track.TrackSummary): string {
  const rest = projection === undefined ? '' : ` ${describeRest(projection)}.`
  return `${steps} steps, ${percent(inside)} inside the band of nine in ten, error ${percent(error)}, ${notices.length} notices.${rest}`
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=')
      if (at <= 0)
        throw new InvalidArgumentError('Give column=value pairs, such as service=search,region=us.')
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
}

function positive(text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new InvalidArgumentError('Give a number above 0.')
}

function many(text: string, before: readonly string[]): string[] {
  return [...before, text]
}
