import { throwIfStopped } from '../../core/progress.ts'
import type { Action, Refusal } from '../types.ts'
import type { RelationUse } from './conditions.ts'
import { type PostgresSession, quoteIdentifier } from './session.ts'
import type { TableWrites } from './statements.ts'
import { meanCost, type PlannedStatement } from './what-if.ts'

/** An index that might be made. */
export interface IndexCandidate {
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  /** Columns kept beside the key, so that the table need not be read. */
  readonly include: readonly string[]
}

/** What the choice is made by. */
export interface IndexChoiceOptions {
  readonly storageBytes: number
  /** Time that one row more in an index costs, ms. */
  readonly writeMs: number
  /** Least share of all time on the server that an index must save. */
  readonly leastGain: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

const MOST_KEYS = 3
const MOST_INCLUDED = 4

/** Indexes that a statement could use on one of its relations, short ones first. */
export function candidatesFor(use: RelationUse): readonly IndexCandidate[] {
  const equal = use.equal.slice(0, MOST_KEYS)
  const keys: (readonly string[])[] = []
  for (const column of [...use.equal, ...use.range, ...use.join]) keys.push([column])
  for (const range of ['', ...use.range]) {
    for (const join of ['', ...use.join]) {
      const parts = [join, ...equal, range].filter((column) => column !== '')
      keys.push(
        parts,
        [...equal, join, range].filter((column) => column !== ''),
      )
    }
  }
  if (use.order.length > 0) keys.push([...equal, ...use.order], use.order)
  const unique = new Map<string, IndexCandidate>()
  for (const columns of keys) {
    const plain = [...new Set(columns)].slice(0, MOST_KEYS + 1)
    if (plain.length === 0) continue
    const candidate = { schema: use.schema, table: use.table, columns: plain, include: [] }
    unique.set(indexText(candidate), candidate)
    const include = (use.output ?? []).filter((column) => !plain.includes(column))
    const filters = [...use.equal, ...use.range, ...use.join]
    const beside = [...new Set([...include, ...filters.filter((c) => !plain.includes(c))])]
    if (use.output === undefined || beside.length === 0 || beside.length > MOST_INCLUDED) continue
    const covering = { ...candidate, include: beside }
    unique.set(indexText(covering), covering)
  }
  return [...unique.values()]
}

/** The name of an index, from what it is for, its table and columns; short enough for the server. */
export function indexName(
  { table, columns, include }: IndexCandidate,
  prefix = 'storewright',
): string {
  const whole = [prefix, table, ...columns, ...(include.length > 0 ? ['with', ...include] : [])]
  const name = whole
    .join('_')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_')
  if (name.length <= 63) return name
  let hash = 0
  for (const c of name) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0
  return `${name.slice(0, 54)}_${hash.toString(36)}`
}

/** `ON schema.table (columns) INCLUDE (columns)`. */
export function indexText({ schema, table, columns, include }: IndexCandidate): string {
  const list = (names: readonly string[]) => names.map(quoteIdentifier).join(', ')
  const beside = include.length > 0 ? ` INCLUDE (${list(include)})` : ''
  return `ON ${quoteIdentifier(schema)}.${quoteIdentifier(table)} (${list(columns)})${beside}`
}

interface Priced {
  readonly candidate: IndexCandidate
  readonly bytes: number
  readonly upkeepMs: number
  gain: number
  /** Number of chosen indexes when the gain was computed. */
  at: number
}

/**
 * Chooses indexes for a workload by what the planner says of them when they are hypothetical
 * (hypopg): the one with the greatest gain less upkeep first, gains computed anew beside what is
 * chosen (lazily: a gain only falls as others are chosen). Costs are turned into time by each
 * statement's own ratio of mean time to cost. Throws ERR_POSTGRES.
 */
export async function chooseIndexes(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  writes: ReadonlyMap<string, TableWrites>,
  options: IndexChoiceOptions,
): Promise<{ readonly actions: readonly Action[]; readonly refusals: readonly Refusal[] }> {
  const totalMs = statements.reduce((s, p) => s + p.statement.callsPerDay * p.statement.meanMs, 0)
  const chosen: Priced[] = []
  const costs = new Map(statements.map((p) => [p.name, p.cost]))
  const queue = await priceAll(session, statements, writes, costs, options)
  const refusals: Refusal[] = []
  let bytes = 0
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    throwIfStopped(options.signal)
    if (next.at < chosen.length) {
      next.gain = (await gainOf(session, statements, [...chosen, next], costs)).saved
      next.at = chosen.length
      insertByGain(queue, next)
      continue
    }
    const net = next.gain - next.upkeepMs
    if (net < options.leastGain * totalMs) {
      refusals.push(refusalOf(next, totalMs))
      continue
    }
    if (bytes + next.bytes > options.storageBytes) {
      refusals.push({
        ...refusalOf(next, totalMs),
        reason: `needs ${next.bytes} bytes; ${options.storageBytes - bytes} are left`,
      })
      continue
    }
    chosen.push(next)
    bytes += next.bytes
    const after = await gainOf(session, statements, chosen, costs)
    for (const [name, cost] of after.costs) costs.set(name, cost)
  }
  await session.rows('SELECT hypopg_reset()')
  return {
    actions: chosen.map((one) => actionOf(one, statements)),
    refusals: firstPerTable(refusals),
  }
}

async function priceAll(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  writes: ReadonlyMap<string, TableWrites>,
  costs: ReadonlyMap<string, number>,
  options: IndexChoiceOptions,
): Promise<Priced[]> {
  const candidates = new Map<string, IndexCandidate>()
  for (const { relations } of statements) {
    for (const use of relations) {
      if (!writes.has(`${use.schema}.${use.table}`)) continue
      for (const one of candidatesFor(use)) candidates.set(indexText(one), one)
    }
  }
  const queue: Priced[] = []
  let done = 0
  for (const candidate of candidates.values()) {
    throwIfStopped(options.signal)
    const perDay = writes.get(`${candidate.schema}.${candidate.table}`)?.writesPerDay ?? 0
    const blank = { candidate, bytes: 0, upkeepMs: perDay * options.writeMs, gain: 0, at: 0 }
    const { saved, bytes } = await gainOf(session, statements, [blank], costs)
    if (saved > 0) insertByGain(queue, { ...blank, gain: saved, bytes })
    options.onProgress?.(++done, candidates.size, 'indexes priced')
  }
  return queue
}

function insertByGain(queue: Priced[], one: Priced): void {
  const net = one.gain - one.upkeepMs
  const at = queue.findIndex((other) => other.gain - other.upkeepMs < net)
  queue.splice(at < 0 ? queue.length : at, 0, one)
}

/** Time saved a day by the last of some indexes beside the others, whose costs are given. */
async function gainOf(
  session: PostgresSession,
  statements: readonly PlannedStatement[],
  indexes: readonly Priced[],
  costs: ReadonlyMap<string, number>,
): Promise<{ saved: number; bytes: number; costs: ReadonlyMap<string, number> }> {
  await session.rows('SELECT hypopg_reset()')
  let bytes = 0
  for (const { candidate } of indexes) {
    const [made] = await session.rows('SELECT indexrelid FROM hypopg_create_index($1)', [
      `CREATE INDEX ${indexText(candidate)}`,
    ])
    const [size] = await session.rows('SELECT hypopg_relation_size($1::oid) AS bytes', [
      made!['indexrelid'],
    ])
    bytes = Number(size!['bytes'])
  }
  const last = indexes.at(-1)!.candidate
  const after = new Map<string, number>()
  let saved = 0
  for (const planned of statements) {
    const touched = planned.relations.some(
      ({ schema, table }) => schema === last.schema && table === last.table,
    )
    if (!touched) continue
    const before = costs.get(planned.name) ?? planned.cost
    const cost = await meanCost(session, planned)
    after.set(planned.name, cost)
    saved += (before - cost) * msPerCost(planned) * planned.statement.callsPerDay
  }
  return { saved, bytes, costs: after }
}

/** Time that one unit of a statement's plan cost stands for, ms. */
export function msPerCost({ statement, cost }: PlannedStatement): number {
  return cost > 0 ? statement.meanMs / cost : 0
}

function actionOf(one: Priced, statements: readonly PlannedStatement[]): Action {
  const { candidate } = one
  const name = indexName(candidate)
  const served = statements.filter(({ relations }) =>
    relations.some(
      (use) =>
        use.schema === candidate.schema &&
        use.table === candidate.table &&
        [...use.equal, ...use.range, ...use.join, ...use.order].includes(candidate.columns[0]!),
    ),
  )
  const columns = candidate.columns.join(', ')
  const beside = candidate.include.length > 0 ? `, with ${candidate.include.join(', ')} beside` : ''
  return {
    actionId: name,
    kind: 'index',
    target: `${candidate.schema}.${candidate.table}`,
    summary: `index ${candidate.table} by ${columns}${beside}`,
    reasons: served.map(
      ({ statement }) =>
        `${Math.round(statement.callsPerDay)} calls a day of ${statement.meanMs.toFixed(1)} ms: ${shortened(statement.sql)}`,
    ),
    fingerprints: served.map(({ statement }) => statement.fingerprint),
    predicted: {
      savedCpuMsPerDay: one.gain,
      upkeepCpuMsPerDay: one.upkeepMs,
      buildCpuMs: 0,
      storageBytes: one.bytes,
    },
    apply: [
      `CREATE INDEX CONCURRENTLY ${quoteIdentifier(name)} ${indexText(candidate)}`,
      `COMMENT ON INDEX ${quoteIdentifier(candidate.schema)}.${quoteIdentifier(name)} IS 'made by storewright'`,
    ],
    undo: [
      `DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdentifier(candidate.schema)}.${quoteIdentifier(name)}`,
    ],
    definition: JSON.stringify(candidate),
  }
}

const shortened = (sql: string): string => {
  const line = sql.trim().replaceAll(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 159)}…` : line
}

function refusalOf({ candidate, gain, upkeepMs }: Priced, totalMs: number): Refusal {
  const share = totalMs > 0 ? (100 * (gain - upkeepMs)) / totalMs : 0
  return {
    kind: 'index',
    target: `${candidate.schema}.${candidate.table}`,
    reason: `an index by ${candidate.columns.join(', ')} would save ${Math.round(gain)} ms a day and cost ${Math.round(upkeepMs)} ms in writes: ${share.toFixed(1)} % of the time of all statements`,
  }
}

/** One refusal a table, that of the index that came nearest. */
function firstPerTable(refusals: readonly Refusal[]): readonly Refusal[] {
  const seen = new Set<string>()
  return refusals.filter(({ target }) => !seen.has(target) && seen.add(target))
}
