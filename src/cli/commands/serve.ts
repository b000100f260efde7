import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, InvalidArgumentError } from 'commander'
import { createStoreView, DEFAULT_PORT, listen, type StoreView } from '../../api/index.ts'
import { StorewrightError } from '../../core/errors.ts'
import {
  askAs,
  makeDemoStore,
  type Night,
  type NightlyStatus,
  openNightly,
  openStoreLedger,
  readTokens,
  requireStore,
  runByHand,
  storeSettings,
} from '../../loop/index.ts'
import { currentUser, storeOption, wholeNumber } from '../options.ts'
import { describeError, programVersion, progressPrinter, stopSignal } from '../output.ts'
import { describeSteps, printReport } from './loop.ts'

interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly token?: string
}

/** Days of the demo store's last weeks whose load is told minute by minute. */
const DEMO_LOAD_DAYS = 70

/** serve and start. */
export function addServeCommands(program: Command): void {
  serveOptions(storeOption(program.command('serve')))
    .description('serve the console and the API of a store')
    .action((options: ServeOptions & { store: string }) => serve(options.store, options))
  serveOptions(program.command('start'))
    .description('make a demo store, run the loop, print the report, serve the console')
    .option('--store <dir>', 'folder of the demo store', '.demo-store')
    .option('--products <count>', 'products of the demo store', wholeNumber(1), 3000)
    .option('--seed <number>', 'another seed is another store', wholeNumber(0), 1)
    .option('--no-serve', 'stop after the report')
    .action(start)
}

function serveOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', parsePort, DEFAULT_PORT)
    .option('--token <token>', 'needed to change anything when listening beyond this machine')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('Give a whole number from 0 to 65535.')
  }
  return port
}

async function start(
  options: ServeOptions & { store: string; products: number; seed: number; serve: boolean },
): Promise<void> {
  const progress = progressPrinter(false)
  const signal = stopSignal()
  const { store, products, seed } = options
  const run = { onProgress: progress.onProgress, signal }
  askAs('nightly')
  const made = await makeDemoStore(store, { products, seed, loadDays: DEMO_LOAD_DAYS, ...run })
  const steps = await runByHand(store, { now: Date.now(), ...run }, 'storewright start')
  progress.end()
  process.stderr.write(made ? `Made the demo store ${store}.\n` : `Used the store ${store}.\n`)
  await printReport(store, false)
  process.stderr.write(`\n${describeSteps(steps)}\n`)
  if (options.serve) await serve(store, options)
  else process.stderr.write(`Next: storewright serve --store ${store}\n`)
}

async function serve(store: string, options: ServeOptions): Promise<void> {
  requireStore(store)
  askAs('console')
  const { host, port, token } = options
  const consoleDir = consoleFolder()
  const onFailure = (error: unknown) => process.stderr.write(`${describeError(error)}\n`)
  const nightly = openNightly(store, { clock: Date.now, onEnd: sayNight, onFailure })
  const view = createStoreView(store, {
    ...{ clock: Date.now, actor: currentUser(), onFailure },
    nightly: nightly.status.bind(nightly),
  })
  const access = await followTokens(store, onFailure)
  const { requests_a_minute: requestsAMinute } = storeSettings(store).api
  const server = await listen({
    view,
    tokens: access.tokens,
    host,
    port,
    version: programVersion(),
    onFailure: (error, { method, url }) =>
      process.stderr.write(`${method} ${url}\n${describeError(error)}\n`),
    ...(consoleDir === undefined ? {} : { consoleDir }),
    ...(token === undefined ? {} : { token }),
    ...(requestsAMinute === undefined ? {} : { requestsAMinute }),
  })
  void openFulfilment(view, onFailure)
  process.stderr.write(`The console is at ${server.url} (Ctrl-C stops it).\n`)
  sayNextNight(nightly.status(), storeSettings(store).store.time_zone)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal)
    process.once(
      signal,
      () =>
        void Promise.all([server.close(), nightly.close()])
          .then(access.close)
          .then(() => process.exit(0)),
    )
  }
  if (consoleDir === undefined) {
    process.stderr.write('Its pages are not built: npm run build:console\n')
  }
}

function sayNextNight({ at, nextAt }: NightlyStatus, timeZone: string): void {
  if (at === null || nextAt === null) return
  const when = new Date(nextAt).toISOString().slice(0, 16)
  process.stderr.write(`The nightly run is made at ${at} (${timeZone}); next at ${when}Z.\n`)
}

function sayNight({ outcome, startedAt, endedAt = startedAt }: Night): void {
  const seconds = Math.round((endedAt - startedAt) / 1000)
  process.stderr.write(`The nightly run: ${outcome}, after ${seconds} s.\n`)
}

/** Tokens of a store, kept up to date while it is served. */
async function followTokens(store: string, onFailure: (error: unknown) => void) {
  const stop = new AbortController()
  const ledger = await openStoreLedger(store)
  const tokens = await readTokens(ledger)
  const following = tokens.follow(stop.signal).catch(onFailure)
  return {
    tokens,
    async close() {
      stop.abort()
      await following
      await ledger.close()
    },
  }
}

/** Opens promises, orders and stock, and says by which routes; a store without them has none. */
async function openFulfilment({ fulfilment }: StoreView, onFailure: (error: unknown) => void) {
  try {
    await fulfilment?.open()
    const serving = fulfilment?.counts()?.serving ?? []
    const sets = serving.map(({ routeVersion, areas }) => `${routeVersion} (${areas} areas)`)
    process.stderr.write(`Promises are made from route set ${sets.join(', ')}.\n`)
  } catch (error) {
    const isEmpty = error instanceof StorewrightError && error.code === 'ERR_STORE_EMPTY'
    if (!isEmpty) onFailure(error)
  }
}

function consoleFolder(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url))
  const folder = join(here, '..', '..', '..', 'dist', 'console')
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}
