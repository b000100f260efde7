import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { type Action, type Advice, postgres } from '../../warehouse/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

interface ServerOptions {
  readonly url?: string
  readonly json: boolean
}

interface AdviseOptions extends ServerOptions {
  readonly measure: boolean
  readonly storageMegabytes: number
  readonly seed: number
  readonly out?: string
}

interface ActionOptions extends ServerOptions {
  readonly advice: string
}

/** warehouse postgres: advice for a PostgreSQL server. */
export function addPostgresCommands(warehouse: Command): void {
  const group = warehouse
    .command('postgres')
    .description('advise a PostgreSQL database: indexes, views, the order of rows, settings')
  withServer(group.command('advise'))
    .description('what would better it, from the statements it counts; changes nothing')
    .option(
      '--measure',
      'also try designs on temporary copies: runs statements on the server',
      false,
    )
    .option(
      '--storage-megabytes <number>',
      'room that all of it may take together',
      wholeNumber(0),
      10_000,
    )
    .option('--seed <number>', 'same seed, same values of parameters', wholeNumber(0), 1)
    .option('--out <file>', 'write the advice as JSON, for apply and undo')
    .addHelpText('after', EXAMPLES)
    .action(advise)
  withServer(group.command('apply <action>'))
    .description('make what an action proposes; indexes are built without locking writers out')
    .requiredOption('--advice <file>', 'what advise wrote')
    .action((id: string, options: ActionOptions) => change(id, options, 'apply'))
  withServer(group.command('undo <action>'))
    .description('unmake what an action made')
    .requiredOption('--advice <file>', 'what advise wrote')
    .action((id: string, options: ActionOptions) => change(id, options, 'undo'))
}

function withServer(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'postgres://user@host:port/database; default: STOREWRIGHT_POSTGRES, which other users cannot read',
    )
    .option('--json', 'print as JSON', false)
}

const EXAMPLES = `
Examples:
  storewright warehouse postgres advise --url postgres://me@127.0.0.1/shop --measure --out advice.json
  storewright warehouse postgres apply storewright_orders_customer_id --url postgres://me@127.0.0.1/shop --advice advice.json

The server needs the extensions pg_stat_statements and hypopg; docs/warehouse-postgres.md.`

function open({ url }: ServerOptions) {
  const address = url ?? process.env['STOREWRIGHT_POSTGRES']
  if (address !== undefined) return postgres.openPostgres(address)
  throw new StorewrightError('ERR_ARGUMENT', 'no server is named', {
    next: 'Give --url, or set STOREWRIGHT_POSTGRES.',
  })
}

async function advise(options: AdviseOptions): Promise<void> {
  const session = await open(options)
  const progress = progressPrinter(options.json)
  try {
    const advice = await postgres.advisePostgres(session, {
      seed: options.seed,
      now: Date.now(),
      storageBytes: options.storageMegabytes * 1e6,
      measure: options.measure,
      signal: stopSignal(),
      onProgress: (done, total, step) => progress.onProgress({ step, done, total }),
    })
    progress.end()
    if (options.out !== undefined) writeFileWhole(options.out, JSON.stringify(advice, null, 2))
    printData(options.json, advice, () => describe(advice, options))
  } finally {
    progress.end()
    await session.close()
  }
}

const perDay = (ms: number): string =>
  ms >= 60_000 ? `${(ms / 60_000).toFixed(1)} minutes` : `${(ms / 1000).toFixed(1)} s`

function describe({ actions, refusals }: Advice, options: AdviseOptions): string {
  const lines = actions.flatMap((action) => {
    const gain = action.measured ?? action.predicted
    const sure = action.measured === undefined ? 'by the planner' : 'tried on a copy'
    return [
      `${action.actionId}: ${action.summary}`,
      `  saves ${perDay(gain.savedCpuMsPerDay)} a day (${sure}), costs ${perDay(gain.upkeepCpuMsPerDay)} a day and ${(gain.storageBytes / 1e6).toFixed(1)} MB`,
      ...action.reasons.map((reason) => `  ${reason}`),
      ...action.apply.map((sql) => `    ${sql};`),
    ]
  })
  if (lines.length === 0) lines.push('Nothing is worth doing now.')
  else lines.push('Gains of actions that serve the same statements do not add up.')
  if (refusals.length > 0) lines.push('', 'Left alone, and why:')
  lines.push(...refusals.map(({ target, reason }) => `  ${target}: ${reason}`))
  if (actions.length === 0) return lines.join('\n')
  lines.push(
    '',
    options.out === undefined
      ? 'Give --out advice.json to apply from it.'
      : `Next: storewright warehouse postgres apply ACTION --advice ${options.out}`,
  )
  return lines.join('\n')
}

async function change(id: string, options: ActionOptions, verb: 'apply' | 'undo'): Promise<void> {
  const action = actionIn(options.advice, id)
  const session = await open(options)
  try {
    await postgres.dropInvalidIndexes(session)
    if (verb === 'apply') await postgres.applyToPostgres(session, action)
    else await postgres.undoOnPostgres(session, action)
  } finally {
    await session.close()
  }
  const done = verb === 'apply' ? 'applied' : 'undone'
  printData(options.json, { actionId: id, status: done }, () => `${id}: ${done}`)
}

function actionIn(file: string, id: string): Action {
  let actions: Advice['actions']
  try {
    const advice: Partial<Advice> = JSON.parse(readFileSync(file, 'utf8'))
    actions = advice.actions ?? []
    if (!Array.isArray(actions)) throw new TypeError('its actions are no list')
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', `${file} cannot be read as advice`, {
      file,
      next: 'Write it with warehouse postgres advise --out.',
      cause,
    })
  }
  const action = actions.find(({ actionId }) => actionId === id)
  if (action !== undefined) return action
  const known = actions.map(({ actionId }) => actionId).join(', ')
  throw new StorewrightError('ERR_ARGUMENT', `${file} has no action ${id}`, {
    file,
    next: known === '' ? 'It proposes nothing.' : `It has ${known}.`,
  })
}
