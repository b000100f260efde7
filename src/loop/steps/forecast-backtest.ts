import { formatBucket } from '../../core/calendar.ts'
import type { Panel } from '../../core/panel.ts'
import { type BacktestFigures, type BacktestOptions, backtestModels } from '../../demand/index.ts'
import { readPanelContext } from '../inputs/panel-context.ts'
import { readSales } from '../inputs/sales.ts'
import { type HistoryFiles, readHistoryFiles } from '../panel-files.ts'
import { storeSettings, withDatabase } from '../store/store.ts'

/** Figures of models on the past of a store or a file. */
export interface StoreBacktest {
  readonly rows: readonly BacktestFigures[]
  /** First day, week … forecast at each origin. */
  readonly origins: readonly string[]
  readonly horizon: number
  readonly remarks: readonly string[]
}

type Asked = Pick<
  BacktestOptions,
  'models' | 'origins' | 'horizon' | 'seed' | 'settings' | 'onProgress' | 'signal'
>

const THREADS = 2

/** Judges models on the past sales of a store. Throws ERR_STORE_EMPTY without sales. */
export async function backtestStore(folder: string, options: Asked): Promise<StoreBacktest> {
  const { knobs } = storeSettings(folder)
  const panel = await withDatabase(folder, 'read', async (db) => {
    const sales = await readSales(db)
    return readPanelContext(db, sales)
  })
  return judge(panel, { ...options, settings: knobs }, [])
}

/** Judges models on the past of a panel in files. Throws ERR_PANEL on rows that cannot be used. */
export async function backtestFiles(options: HistoryFiles & Asked): Promise<StoreBacktest> {
  const { panel, remarks } = await readHistoryFiles(options)
  return judge(panel, options, remarks)
}

async function judge(
  panel: Panel,
  options: Asked,
  remarks: readonly string[],
): Promise<StoreBacktest> {
  const { rows, origins, horizon } = await backtestModels(panel, { ...options, workers: THREADS })
  return {
    rows,
    origins: origins.map((origin) => formatBucket(origin, panel.buckets)),
    horizon,
    remarks,
  }
}
