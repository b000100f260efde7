import { type Command, InvalidArgumentError } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import {
  approveOrders,
  type CapacityOrderRow,
  type CapacityOrders,
  moneyOf,
  overrideOrder,
  readCapacityOrders,
  readOrderDecisions,
  storeSettings,
  undoOrders,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import { currentUser } from '../options.ts'
import { printData } from '../output.ts'

interface DecideCliOptions {
  readonly store: string
  readonly by: string
  readonly reason?: string
  readonly json?: boolean
}

/** load orders approve, override, undo: decisions on the orders of a store, as in the console. */
export function addOrderDecisions(orders: Command): void {
  deciding(orders.command('approve'))
    .description('approve orders of the plan in force, all or none')
    .argument(
      '<orders...>',
      'ids, as `storewright load orders --store DIR` prints them; or all of the plan',
    )
    .action(async (ids: string[], _: unknown, command: Command) => {
      const options = optionsOf(command)
      const { store, by } = options
      const wanted = ids.length === 1 && ids[0] === 'all' ? await proposedIds(store) : ids
      say(options, wanted.length === 0 ? [] : await approveOrders(store, wanted, { by }))
    })
  deciding(orders.command('override'))
    .description('order another number of servers, with the reason; 0: none')
    .argument('<order>', 'id of the order')
    .argument('<servers>', 'how many', whole)
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, servers: number, _: unknown, command: Command) => {
      const options = optionsOf(command)
      const { store, by, reason = '' } = options
      say(options, await overrideOrder(store, id, servers, { by, reason }))
    })
  deciding(orders.command('undo'))
    .description('take decisions back, all or none')
    .argument('<orders...>', 'ids of orders')
    .option('--reason <text>', 'why')
    .action(async (ids: string[], _: unknown, command: Command) => {
      const options = optionsOf(command)
      const { store, by, reason } = options
      say(
        options,
        await undoOrders(store, ids, { by, ...(reason === undefined ? {} : { reason }) }),
      )
    })
}

function deciding(command: Command): Command {
  return command
    .option('--by <name>', 'who decides', currentUser())
    .addHelpText('after', '\nTakes --store <dir> and --json as `storewright load orders` does.')
}

/** --store and --json belong to load orders, which reads them wherever they stand. */
function optionsOf(command: Command): DecideCliOptions {
  const options = command.optsWithGlobals<Partial<DecideCliOptions>>()
  const { store, by = currentUser() } = options
  if (store !== undefined) return { ...options, store, by }
  throw new StorewrightError('ERR_ARGUMENT', '--store is missing', {
    next: 'Name the folder of the store: --store DIR.',
  })
}

async function proposedIds(store: string): Promise<string[]> {
  const { rows } = await readOrders(store)
  return rows
    .filter(({ status, gameday }) => status === 'proposed' && gameday === undefined)
    .map(({ order }) => order.orderId)
}

async function readOrders(store: string): Promise<CapacityOrders> {
  const decisions = await withLedger(store, readOrderDecisions)
  return withDatabase(store, 'read', (db) => readCapacityOrders(db, decisions))
}

function say({ store, json }: DecideCliOptions, rows: readonly CapacityOrderRow[]): void {
  const money = moneyOf(storeSettings(store).store.currency)
  printData(json === true, rows, () =>
    rows.length === 0 ? 'Nothing is proposed.' : rows.map((row) => describe(row, money)).join('\n'),
  )
}

/** load orders --store DIR: the orders of the plan in force and what was decided on them. */
export async function listStoreOrders(store: string, json: boolean): Promise<void> {
  const { version, note, rows } = await readOrders(store)
  const money = moneyOf(storeSettings(store).store.currency)
  printData(json, { version: version.version, note, rows }, () =>
    [
      rows.length === 0
        ? 'No servers need to be ordered: those that run hold what comes.'
        : `${rows.length} orders for ${note.weeks} weeks (plan ${version.version}), by the latest time to order:`,
      ...rows.map((row) => describe(row, money)),
      ...note.short.map(
        (one) =>
          `short: ${one.service} in ${one.region}, week of ${day(one.weekMs)}: ${Math.round(60 * one.requestsPerSecond)} requests a minute that no server can serve in time`,
      ),
      ...note.notes.map((text) => `note: ${text}`),
    ].join('\n'),
  )
}

function describe(row: CapacityOrderRow, money: (cents: number) => string): string {
  const { order, status, servers, decision, gameday } = row
  const from = gameday === undefined ? '' : ` (game day of ${gameday})`
  const mark = status === 'proposed' ? '○' : '●'
  const by = decision === undefined ? '' : ` by ${decision.by}`
  const why = decision?.reason == null ? '' : `: ${decision.reason}`
  const risk = `${(100 * order.riskWithout).toFixed(1)} % → ${(100 * order.riskWith).toFixed(1)} %`
  return `${mark} ${order.orderId}${from}  ${status}${by}${why}; ${servers} ${order.serverTypeId} (${order.term}) for ${order.serviceId} in ${order.region}, order by ${day(order.orderByMs)}, ${day(order.readyMs)} to ${day(order.untilMs)}, ${money(order.costCents)}, too few without: ${risk}`
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function whole(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text)) return value
  throw new InvalidArgumentError('Give a whole number from 0.')
}
