import { type Command, InvalidArgumentError } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { parseInstant } from '../../core/index.ts'
import { capacity } from '../../load/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { addOrderDecisions, listStoreOrders } from './load-orders-store.ts'

interface OrderOptions {
  readonly store?: string
  readonly forecast: string
  readonly services: string
  readonly types: string
  readonly offers?: string
  readonly locations?: string
  readonly loadTests?: string
  readonly history?: string
  readonly standing?: string
  readonly from?: number
  readonly weeks?: number
  readonly risk?: number
  readonly peakFactor?: number
  readonly surviveZone: boolean
  readonly paths: number
  readonly seed: number
  readonly out: string
  readonly kubernetes?: string
  readonly ec2?: string
  readonly timeZone?: string
  readonly reactiveMinimum: number
  readonly json: boolean
}

/** load orders: from a forecast to servers. */
export function addLoadOrders(load: Command): void {
  const orders = load
    .command('orders')
    .description('which servers to order, where, from when to when, at a chosen risk of shortage')
    .option('--store <dir>', 'list the orders of a store and what was decided; or from files:')
    .option('--forecast <file>', 'what load forecast wrote: service, region, ds, mean, q…')
    .option(
      '--services <file>',
      'service_id, latency_target_ms, cpu_ms_per_request, startup_seconds',
    )
    .option(
      '--types <file>',
      'server_type_id, cpu_cores, cost_per_hour_cents, reserved_cost_per_hour_cents, lead_time_days, core_speed',
    )
    .option('--offers <file>', 'server_offers: prices, terms, lead times and limits by location')
    .option(
      '--locations <file>',
      'location_id, region, zones; default: each region is one, of three zones',
    )
    .option(
      '--load-tests <file>',
      'service_id, server_type_id, requests_per_second, latency_p99_ms, error_share',
    )
    .option(
      '--history <file>',
      'service_id, requests, cpu_seconds, cores, latency_p99_ms, errors a minute',
    )
    .option(
      '--standing <file>',
      'servers there already: service_id, location_id, server_type_id, servers, until',
    )
    .option('--from <time>', 'first day of the plan; default: that of the forecast', instant)
    .option('--weeks <number>', 'weeks to plan; default: those of the forecast', wholeNumber(1))
    .option(
      '--risk <chance>',
      'chance of too few servers in a week; default: load.shortage-risk',
      share,
    )
    .option('--peak-factor <ratio>', 'largest minute over the mean of a step; 1 for minutes', ratio)
    .option('--no-survive-zone', 'do not hold the peak with a zone gone')
    .option('--paths <number>', 'courses drawn for the peaks', wholeNumber(200), 400)
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .option('--out <file>', 'CSV to write: the rows of capacity_orders')
    .option('--kubernetes <folder>', 'write KEDA ScaledObjects and HPAs there')
    .option('--ec2 <folder>', 'write EC2 Auto Scaling scheduled actions there')
    .option('--time-zone <zone>', 'zone of cron times, such as Europe/Paris (UTC)')
    .option(
      '--reactive-minimum <number>',
      'replicas the reactive rule keeps at the least',
      wholeNumber(0),
      2,
    )
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action((options: OrderOptions) =>
      options.store === undefined ? order(options) : listStoreOrders(options.store, options.json),
    )
  addOrderDecisions(orders)
}

const EXAMPLES = `
Examples:
  storewright load orders --store DIR
  storewright load orders approve all --store DIR
  storewright load orders override search-us-west-c7g.large-2026-12-03-hourly 5 --reason "a campaign was moved" --store DIR
  storewright load forecast --history h.csv --from 2026-11-01 --to 2027-10-31 --step 1h --group service,region --out o.csv
  storewright load orders --forecast o.csv --services s.csv --types t.csv --out orders.csv
  storewright load orders --forecast o.csv --services s.csv --types t.csv --load-tests l.csv --kubernetes k8s --out orders.csv

The files are described in docs/servers.md. Knobs: storewright knobs, load.…`

async function order(options: OrderOptions): Promise<void> {
  for (const name of ['forecast', 'services', 'types', 'out'] as const) {
    if (options[name] !== undefined) continue
    throw new StorewrightError('ERR_ARGUMENT', `--${name} is missing`, {
      next: 'Give --forecast, --services, --types and --out, or --store DIR.',
    })
  }
  const { json, surviveZone, loadTests, from, risk, store: _, ...rest } = options
  const progress = progressPrinter(json)
  const result = await capacity
    .orderFiles({
      ...rest,
      survivesZone: surviveZone,
      ...(loadTests === undefined ? {} : { tests: loadTests }),
      ...(from === undefined ? {} : { fromMs: from }),
      ...(risk === undefined ? {} : { settings: { 'load.shortage-risk': risk } }),
      onProgress: progress.onProgress,
      signal: stopSignal(),
    })
    .finally(() => progress.end())
  printData(json, result, () => describe(result))
}

const MOST_SHOWN = 12
const dollars = (cents: number) => `$${Math.round(cents / 100).toLocaleString('en-US')}`
const percent = (part: number) => `${(100 * part).toFixed(part < 0.01 ? 2 : 1)} %`

function describe(result: capacity.OrderFilesResult): string {
  const { orders, plan, weeks, risk, services, short, notes, files } = result
  const largest = [...orders].sort((a, b) => b.costCents - a.costCents).slice(0, MOST_SHOWN)
  return [
    `${orders.length} orders for ${weeks} weeks at a risk of ${percent(risk)} a week: ${dollars(plan.cost)}; no servers that hold the same levels cost less than ${dollars(plan.bound)} (gap ${percent(plan.gap)}).`,
    ...largest.map(
      (one) =>
        `  ${new Date(one.readyMs).toISOString().slice(0, 10)}  ${one.serviceId} in ${one.region}: ${one.servers} ${one.serverTypeId} ${one.term}, ${dollars(one.costCents)}, risk ${percent(one.riskWithout)} → ${percent(one.riskWith)}. ${one.reason}`,
    ),
    ...(orders.length > MOST_SHOWN
      ? [`  and ${orders.length - MOST_SHOWN} more in ${files[0]}`]
      : []),
    ...services
      .slice(0, MOST_SHOWN)
      .map(
        (one) =>
          `${one.service}: ${one.requestsPerCore.toPrecision(3)} requests/s a core (${one.range.map((x) => x.toPrecision(3)).join(' … ')}; ${one.basis})`,
      ),
    ...short
      .slice(0, MOST_SHOWN)
      .map(
        (one) =>
          `short: ${one.service} in ${one.region}, week ${one.week + 1}: ${Math.round(one.requestsPerSecond)} requests/s that nothing can serve in time`,
      ),
    ...notes.map((note) => `note: ${note}`),
    `Wrote ${files.length} ${files.length === 1 ? 'file' : 'files'}; orders are in ${files[0]}.`,
  ].join('\n')
}

function instant(text: string): number {
  try {
    return parseInstant(text)
  } catch {
    throw new InvalidArgumentError('Give a date or time such as 2026-11-27.')
  }
}

function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('Give a chance between 0 and 1, such as 0.01.')
}

function ratio(text: string): number {
  const value = Number(text)
  if (value >= 1) return value
  throw new InvalidArgumentError('Give a ratio of at least 1.')
}
