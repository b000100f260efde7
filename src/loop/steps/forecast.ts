import type { Database } from '../../core/sql/database.ts'
import { curveContributions, forecastPanel, type KeptNet } from '../../demand/index.ts'
import { createStoreTables } from '../../feed/index.ts'
import { readPanelContext } from '../inputs/panel-context.ts'
import { readPlaces } from '../inputs/places.ts'
import { readSales, readSpan } from '../inputs/sales.ts'
import { readUnsold } from '../inputs/unsold.ts'
import { pruneKeptNets, readKeptNets, writeKeptNets } from '../store/kept-nets.ts'
import { storePaths } from '../store/paths.ts'
import { currentVersion, hashOf, hashTables, type Version } from '../versions.ts'
import {
  KEPT_LEVELS,
  type MadeResult,
  METHOD,
  type StepContext,
  type StepResult,
} from './context.ts'
import { makeDemandFacts, writeDemandFacts } from './demand-facts.ts'
import { explainForecast } from './explain.ts'
import { type ForecastNote, noteOf } from './forecast-note.ts'
import { backtestTable, calibrationTable, forecastTable, segmentTable } from './forecast-tables.ts'
import { makeGroups, storeGroupings } from './group-forecast.ts'

export type { ForecastNote } from './forecast-note.ts'

const THREADS = 2

/** Days ahead beyond those shown, so that an order with a long lead time is still covered. */
const PLANNING_DAYS = 56

/** Forecasts every product from the day after its last data, unless what it reads stands. */
export async function forecastStep(context: StepContext): Promise<StepResult | MadeResult> {
  const { db, settings, folder, onProgress, signal } = context
  const days = settings.forecast.horizon_days
  const horizon = Math.max(days, PLANNING_DAYS)
  const span = await readSpan(db)
  const unsold = span === undefined ? [] : await readUnsold(db, span, horizon)
  const inputHash = hashOf([
    await hashTables(db, ['sales', 'closed_days', 'products', 'prices', 'events']),
    unsold,
    METHOD,
    settings.forecast,
    demandKnobs(settings.knobs),
  ])
  const current = await currentVersion(db, 'forecast')
  if (current?.inputHash === inputHash) {
    return { kind: 'forecast', version: current.version, skipped: true }
  }
  const sales = await readSales(db)
  const panel = await readPanelContext(db, sales, {
    aheadDays: horizon,
    unsold,
  })
  const { models } = storePaths(folder)
  const kept: KeptNet[] = []
  const earlier = readKeptNets(models, current?.version)
  const made = await forecastPanel(panel, {
    origin: sales.lastDay + 1,
    horizon,
    levels: KEPT_LEVELS,
    seed: settings.forecast.seed,
    settings: settings.knobs,
    explain: true,
    nets: { earlier, keep: (net) => kept.push(net) },
    hierarchy: { groupings: storeGroupings(panel), span: days },
    workers: THREADS,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  const facts = makeDemandFacts(panel, {
    origin: sales.lastDay + 1,
    settings: settings.knobs,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  const groups = await makeGroups(made.sums!, await readPlaces(db, sales), sales.openDays, days, {
    past: made.sums!.windows,
    seed: settings.forecast.seed,
    settings: settings.knobs,
    ...(signal === undefined ? {} : { signal }),
  })
  const replaceSubstitution = await mayWriteSubstitution(db, current)
  const note = {
    ...noteOf(made, days),
    sums: groups.note,
    unsoldProducts: unsold.length,
    substitutionPairs: replaceSubstitution ? facts.substitution.rowCount : 0,
    ...(kept.length > 0 ? { netsFrom: earlier.length > 0 ? current!.version : null } : {}),
  }
  const explained = await explainForecast(
    db,
    current,
    { ...made, contributions: made.contributions ?? curveContributions(panel, made.forecast) },
    days,
  )
  return {
    kind: 'forecast',
    inputHash,
    note,
    async write(target, version) {
      onProgress({ step: 'write forecast', done: 0, total: 1 })
      // A store made by an older version lacks the newer tables.
      await createStoreTables(target)
      await target.append('demand_forecast', forecastTable(made, sales.openDays, version))
      await target.append('forecast_backtest', backtestTable(made, version))
      if (made.combination !== undefined) {
        await target.append('forecast_segments', segmentTable(made.combination, version))
        await target.append('forecast_calibration', calibrationTable(made.combination, version))
      }
      await groups.write(target, version)
      await explained.write(target, version)
      await writeDemandFacts(target, facts, version, { replaceSubstitution })
      writeKeptNets(models, version, kept)
      onProgress({ step: 'write forecast', done: 1, total: 1 })
    },
    afterwards: (versions) => pruneKeptNets(models, versions),
  }
}

/** True where the substitution table is empty or was estimated here, not brought by a feed. */
async function mayWriteSubstitution(db: Database, current: Version | undefined): Promise<boolean> {
  const [rows] = await db.rows('SELECT count(*) AS n FROM substitution')
  if (Number(rows?.['n']) === 0) return true
  const note: Partial<ForecastNote> = JSON.parse(current?.note ?? '{}')
  return (note.substitutionPairs ?? 0) > 0
}

function demandKnobs(knobs: Readonly<Record<string, number>>) {
  return Object.entries(knobs).filter(([name]) => name.startsWith('demand.'))
}
