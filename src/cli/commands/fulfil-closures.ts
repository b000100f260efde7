import { type Command, InvalidArgumentError } from 'commander'
import {
  type Closure,
  type ClosureRequest,
  closePlace,
  closureHolds,
  listClosures,
  reopenPlace,
} from '../../loop/index.ts'
import { currentUser, storeOption } from '../options.ts'
import { printData } from '../output.ts'

/** fulfil close-site, lane-down, reopen, closures. */
export function addClosureCommands(fulfil: Command): void {
  addClosing(fulfil.command('close-site').argument('<site>', 'site that sends nothing'))
    .description('tell that a site is closed: its orders go elsewhere, nothing is promised from it')
    .action((siteId: string, options: ClosingOptions) => close(options, { siteId }, siteId))
  addClosing(
    fulfil
      .command('lane-down')
      .argument('<from>', 'site that the lane leaves')
      .argument('<to>', 'site or area that it leads to'),
  )
    .description('tell that nothing goes over the lanes between two places')
    .action((fromId: string, toId: string, options: ClosingOptions) =>
      close(options, { fromId, toId }, `${fromId}-${toId}`),
    )
  addReopen(fulfil)
  addList(fulfil)
}

interface ClosingOptions {
  readonly store: string
  readonly until?: number
  readonly from?: number
  readonly reason: string
  readonly by: string
  readonly json?: boolean
}

function addClosing(command: Command): Command {
  return storeOption(command)
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'until when, ISO 8601; without it, until it is reopened', instant)
    .option('--from <time>', 'from when, ISO 8601; default: now', instant)
    .option('--by <name>', 'who says so', currentUser())
    .option('--json', 'print as JSON')
}

async function close(
  options: ClosingOptions,
  place: ClosureRequest['place'],
  name: string,
): Promise<void> {
  const { store, until, reason, by, json } = options
  const now = Date.now()
  const closureId = `${name}-${new Date(now).toISOString().replace(/[-:.]/g, '')}`
  const request = { closureId, place, from: options.from ?? now, until, reason, by }
  const closure = await closePlace(store, request, now)
  printData(json === true, closure, () =>
    [
      `Closed: ${describe(closure, now)}.`,
      'A server that runs takes it up within a second; others when they start.',
      `Open it again: storewright fulfil reopen ${closure.closureId} --store ${store}`,
    ].join('\n'),
  )
}

function addReopen(fulfil: Command): void {
  storeOption(fulfil.command('reopen'))
    .description('tell that a closed site or lane works again')
    .argument('<closure>', 'id of the closure, as `storewright fulfil closures` prints it')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who says so', currentUser())
    .option('--json', 'print as JSON')
    .action(async (closureId: string, options: Omit<ClosingOptions, 'from' | 'until'>) => {
      const { store, by, reason, json } = options
      const now = Date.now()
      const closure = await reopenPlace(store, { closureId, at: now, by, reason })
      printData(json === true, closure, () => `Open again: ${describe(closure, now)}.`)
    })
}

function addList(fulfil: Command): void {
  storeOption(fulfil.command('closures'))
    .description('sites and lanes that are or were closed')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const closures = await listClosures(store)
      const now = Date.now()
      printData(json === true, closures, () =>
        closures.length === 0
          ? 'Nothing was ever closed.'
          : closures
              .map(
                (one) => `${closureHolds(one, now) ? '● closed' : '○ over'}  ${describe(one, now)}`,
              )
              .join('\n'),
      )
    })
}

function describe(closure: Closure, now: number): string {
  const { closureId, where, from, until, reason, by, reopened } = closure
  const end = until === undefined ? 'until it is reopened' : `until ${time(until)}`
  const again = reopened === undefined ? '' : `, reopened ${time(reopened.at)} by ${reopened.by}`
  const start = from > now ? 'will be closed from' : 'from'
  return `${closureId}: ${where} ${start} ${time(from)} ${end} (${reason}; ${by})${again}`
}

function time(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function instant(text: string): number {
  const at = Date.parse(text)
  if (Number.isFinite(at)) return at
  throw new InvalidArgumentError('Give a time as 2026-03-31T06:00:00Z.')
}
