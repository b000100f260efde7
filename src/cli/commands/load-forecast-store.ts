import { writeFileWhole } from '../../core/files.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import {
  loadStore,
  readStoreForecast,
  storeSettings,
  type TimedStep,
  tellLoad,
} from '../../loop/index.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

/** What the store form of load forecast is asked for. */
export interface StoreForecastOptions {
  readonly store: string
  readonly out?: string
  readonly from?: string
  readonly to?: string
  readonly step?: string
  readonly json: boolean
}

const GRAINS: Readonly<Record<string, 'minute' | 'hour' | 'day' | 'week'>> = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'day',
  '1w': 'week',
}

/** load forecast --store DIR: makes the store's forecast where something changed, and writes it out where asked. */
export async function forecastOfStore(options: StoreForecastOptions): Promise<void> {
  const { store, json } = options
  const progress = progressPrinter(json)
  const step = await loadStore(store, {
    ...{ now: Date.now(), onProgress: progress.onProgress, signal: stopSignal() },
  })
  progress.end()
  const rows = options.out === undefined ? undefined : await writeOut(options, options.out)
  const words = await tellLoad(store)
  printData(json, { ...step, rows: rows ?? null, words }, () => words.join('\n'))
  process.stderr.write(`${made(step)}\n`)
  if (rows !== undefined) process.stderr.write(`Wrote ${rows} rows to ${options.out}.\n`)
}

function made({ version, skipped, cpuSeconds }: TimedStep): string {
  return skipped
    ? `Forecast ${version} stands: nothing it reads has changed.`
    : `Made forecast ${version} (${cpuSeconds.toFixed(1)} s CPU).`
}

async function writeOut(options: StoreForecastOptions, out: string): Promise<number> {
  const { store, step = '1h', from, to } = options
  const table = await readStoreForecast(store, {
    ...{ grain: GRAINS[step]!, from, to },
    timeZone: storeSettings(store).store.time_zone,
  })
  const [services, regions] = [textsOf(table, 'service_id'), textsOf(table, 'region')]
  const starts = numbersOf(table, 'starts_at')
  const columns = ['mean', 'q10', 'q50', 'q90', 'q99'].map((name) => numbersOf(table, name))
  const lines = ['service,region,ds,mean,q0.1,q0.5,q0.9,q0.99']
  for (let row = 0; row < table.rowCount; row++) {
    const at = new Date(starts[row]!).toISOString().replace('.000', '')
    const values = columns.map((column) => column[row]!)
    lines.push([textAt(services, row), textAt(regions, row), at, ...values].join(','))
  }
  writeFileWhole(out, `${lines.join('\n')}\n`)
  return table.rowCount
}

/** Steps that a store keeps its forecast in. */
export const STORE_STEPS: readonly string[] = Object.keys(GRAINS)
