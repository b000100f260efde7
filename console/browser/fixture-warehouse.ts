import type {
  WarehouseAction,
  WarehouseSummary,
  WarehouseWaits,
} from '../../src/api/schemas/warehouse.ts'
import type { WarehouseView } from '../../src/api/warehouse-view.ts'
import { StorewrightError } from '../../src/core/errors.ts'

const WAITS: WarehouseWaits = {
  ...{ order: 'expected', waiting: 0, running: 1, statements: 412, putFirst: 9 },
  ...{ waitP50Ms: 0, waitP95Ms: 12, longestWaitMs: 260 },
}

const AT = '2011-11-01T06:00:00Z'

const STATEMENTS: readonly (readonly [sql: string, table: string, perDay: number, p50: number])[] =
  [
    [
      'SELECT FLOOR(distance / ?) AS bin, COUNT(*) FROM trips WHERE delay BETWEEN ? AND ? GROUP BY bin',
      'trips',
      3890,
      15.7,
    ],
    [
      'SELECT ds, sum(units) FROM sales WHERE product_id = ? AND ds BETWEEN ? AND ? GROUP BY ds ORDER BY ds',
      'sales',
      1240,
      8.4,
    ],
    [
      'SELECT product_id, max(version) FROM demand_forecast GROUP BY product_id',
      'demand_forecast',
      96,
      61,
    ],
    [
      'SELECT count(*) FROM orders o JOIN order_lines l USING (order_id) WHERE o.placed_at > ?',
      'orders',
      24,
      48,
    ],
    ['SELECT * FROM versions WHERE kind = ?', 'versions', 5400, 0.4],
  ]

const action = (
  actionId: string,
  kind: WarehouseAction['kind'],
  target: string,
  summary: string,
  saved: number,
  fingerprints: readonly string[],
  status: WarehouseAction['status'],
): WarehouseAction => ({
  ...{ actionId, kind, target, summary, status, fingerprints: [...fingerprints] },
  reasons: ['asked 3,890 times a day', 'tried on a tenth of the rows before it was proposed'],
  severity: status === 'proposed' ? 'warn' : status === 'failed' ? 'bad' : 'ok',
  ...{ decidedAt: AT, decidedBy: 'storewright', note: null },
  predicted: {
    savedMsPerDay: saved,
    upkeepMsPerDay: saved / 90,
    buildMs: 820,
    storageBytes: 1.2e6,
  },
  measured:
    status === 'applied'
      ? {
          savedMsPerDay: 0.96 * saved,
          upkeepMsPerDay: saved / 90,
          buildMs: 790,
          storageBytes: 1.2e6,
        }
      : null,
  applySql: [`CREATE TABLE ${target} AS SELECT bin, sum(n) AS n FROM trips GROUP BY bin`],
  undoSql: [`DROP TABLE ${target}`],
})

const ACTIONS = [
  action(
    'layout-sales',
    'layout',
    'sales',
    'sales in the order of product and day',
    6_900,
    ['f1'],
    'proposed',
  ),
  action(
    'view-trips',
    'view',
    'trips_by_distance',
    'trips by distance and delay',
    57_000,
    ['f0'],
    'applied',
  ),
  action('plan-f3', 'plan', 'f3', 'joins in the order of the statement', 520, ['f3'], 'applied'),
]

/** The warehouse of a store with three changes, two of them applied; decisions stay. */
export function createFixtureWarehouse({ empty = false } = {}): WarehouseView {
  const actions = new Map(empty ? [] : ACTIONS.map((one) => [one.actionId, one]))
  const off = new Set<string>()
  const put = (id: string, from: readonly string[], next: Partial<WarehouseAction>) => {
    const found = actions.get(id)
    if (found === undefined) {
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no action ${id}`)
    }
    if (!from.includes(found.status)) {
      throw new StorewrightError('ERR_PLAN_STATUS', `action ${id} is ${found.status}`)
    }
    actions.set(id, { ...found, ...next, decidedAt: AT })
  }
  const summary = async (): Promise<WarehouseSummary> => {
    const all = [...actions.values()]
    const applied = all.filter(({ status }) => status === 'applied')
    const saved = applied.reduce(
      (sum, { measured, predicted }) => sum + (measured ?? predicted).savedMsPerDay,
      0,
    )
    const templates = (empty ? [] : STATEMENTS).map(([sql, table, perDay, p50Ms], i) => {
      const fingerprint = `f${i}`
      const serving = applied.filter(({ fingerprints }) => fingerprints.includes(fingerprint))
      const isTuned = serving.length > 0 && !off.has(fingerprint)
      return {
        ...{ fingerprint, sql, tables: [table], askedBy: i === 2 ? 'nightly' : 'console' },
        ...{ statements: perDay * 7, failures: i === 3 ? 2 : 0, perDay, p50Ms, p95Ms: 1.6 * p50Ms },
        cpuMsPerDay: perDay * (isTuned ? p50Ms / 20 : p50Ms),
        tuned: isTuned ? { statements: perDay, p50Ms: p50Ms / 20, p95Ms: p50Ms / 12 } : null,
        actionIds: serving.map(({ actionId }) => actionId),
        off: off.has(fingerprint),
      }
    })
    const waiting = all.filter(({ status }) => status === 'proposed').length
    const asked = templates.reduce((sum, { cpuMsPerDay }) => sum + cpuMsPerDay, 0)
    const net = saved - saved / 90
    return {
      mode: 'approve',
      sentence: empty
        ? 'Nothing has been asked of the database yet.'
        : `Changes save ${(net / 1000).toFixed(net < 10_000 ? 1 : 0)} s of CPU a day, ${Math.round((100 * net) / (asked + net))} % of what is asked of the database.${waiting === 0 ? '' : ` ${waiting} more waits for your word.`}`,
      ...{ seenFrom: empty ? null : '2011-10-25T06:00:00Z', seenUntil: empty ? null : AT },
      ...{ statements: empty ? 0 : 74_550, statementsPerDay: empty ? 0 : 10_650 },
      cpuMsPerDay: asked,
      ...{ savedMsPerDay: saved, upkeepMsPerDay: saved / 90 },
      ...{ storageBytes: 1.2e6 * applied.length, storageLimitBytes: 1e9 },
      waits: empty ? null : WAITS,
      templates: templates.sort((a, b) => b.cpuMsPerDay - a.cpuMsPerDay),
      actions: all.sort(
        (a, b) => Number(b.status === 'proposed') - Number(a.status === 'proposed'),
      ),
      refusals: empty
        ? []
        : [
            {
              kind: 'view',
              target: 'f4',
              reason: 'takes 0.4 ms as it is asked: a view gains nothing',
            },
            {
              kind: 'layout',
              target: 'orders',
              reason: 'asked 24 times a day: sorting pays after 900 days',
            },
          ],
      command: 'storewright warehouse advise --store gift-store',
      runCommand: 'storewright run --store gift-store',
    }
  }
  return {
    summary,
    waits: () => (empty ? null : WAITS),
    async apply({ actionIds, by }) {
      for (const id of actionIds) {
        put(id, ['proposed', 'approved', 'undone', 'failed'], {
          status: 'applied',
          severity: 'ok',
          decidedBy: by,
        })
      }
      return summary()
    },
    async undo({ actionIds, by }) {
      for (const id of actionIds) put(id, ['applied'], { status: 'undone', decidedBy: by })
      return summary()
    },
    async refuse({ actionId, reason, by }) {
      put(actionId, ['proposed', 'approved', 'undone', 'failed'], {
        status: 'refused',
        note: reason,
        decidedBy: by,
      })
      return summary()
    },
    async setOff({ fingerprint, off: isOff }) {
      if (!STATEMENTS.some((_, i) => `f${i}` === fingerprint)) {
        throw new StorewrightError('ERR_PLAN_NOT_FOUND', `no statement is known as ${fingerprint}`)
      }
      if (isOff) off.add(fingerprint)
      else off.delete(fingerprint)
      return summary()
    },
  }
}
