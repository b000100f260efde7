import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'

/** A set of settings under which a statement may be planned. */
export interface Arm {
  /** Names it in records: 'default', or its settings in order. */
  readonly name: string
  /** Optimizers that are switched off, sorted. */
  readonly off: readonly string[]
  /** Other settings, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** Counts of joins go through groups (count-by-key.ts), where that is the same count. */
  readonly byKey?: boolean
}

/** What the database does by itself. */
export const DEFAULT_ARM: Arm = { name: 'default', off: [], settings: {} }

/** Thresholds of the planner and values that make it plan otherwise; those a database lacks are left out. */
export const THRESHOLDS: readonly (readonly [name: string, value: string])[] = [
  ['merge_join_threshold', '1000000'],
  ['nested_loop_join_threshold', '64'],
  ['prefer_range_joins', 'true'],
  ['perfect_ht_threshold', '4'],
  ['perfect_ht_threshold', '18'],
  ['late_materialization_max_rows', '0'],
  ['late_materialization_max_rows', '5000'],
  ['index_scan_percentage', '0.05'],
]

/** The arm of these settings. */
export function makeArm(
  off: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  byKey = false,
): Arm {
  const sorted = [...new Set(off)].sort()
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
  const words = [
    ...(byKey ? ['count by key'] : []),
    ...sorted.map((o) => `no ${o}`),
    ...entries.map(([n, v]) => `${n} ${v}`),
  ]
  if (words.length === 0) return DEFAULT_ARM
  const arm = { name: words.join(', '), off: sorted, settings: Object.fromEntries(entries) }
  return byKey ? { ...arm, byKey } : arm
}

/** Both arms at once; where both set a threshold, the second's holds. */
export function joinArms(a: Arm, b: Arm): Arm {
  return makeArm(
    [...a.off, ...b.off],
    { ...a.settings, ...b.settings },
    a.byKey === true || b.byKey === true,
  )
}

/** Statements that put an arm in force, from the default on. */
export function setStatements({ off, settings }: Arm): readonly string[] {
  const switches = off.length === 0 ? [] : [`SET disabled_optimizers = ${quoteText(off.join(','))}`]
  const others = Object.entries(settings).map(([n, v]) => `SET ${quoteName(n)} = ${quoteText(v)}`)
  return [...switches, ...others]
}

/** Statements that take an arm back. */
export function resetStatements({ off, settings }: Arm): readonly string[] {
  const switches = off.length === 0 ? [] : ['RESET disabled_optimizers']
  return [...switches, ...Object.keys(settings).map((n) => `RESET ${quoteName(n)}`)]
}

/** Statements that lead from one arm to another, nothing where they are the same. */
export function switchStatements(from: Arm, to: Arm): readonly string[] {
  if (from.name === to.name) return []
  const kept = new Set(Object.keys(to.settings))
  const dropped = Object.keys(from.settings).filter((name) => !kept.has(name))
  const isReset = from.off.length > 0 && to.off.length === 0
  return [
    ...(isReset ? ['RESET disabled_optimizers'] : []),
    ...dropped.map((name) => `RESET ${quoteName(name)}`),
    ...setStatements(to),
  ]
}

/** Single switches and thresholds that this database knows. */
export async function singleArms(db: Database): Promise<readonly Arm[]> {
  const optimizers = await db.rows('SELECT name FROM duckdb_optimizers()')
  const known = await db.rows('SELECT name FROM duckdb_settings()')
  const names = new Set(known.map((row) => row['name']))
  return [
    ...optimizers.map((row) => makeArm([String(row['name'])])),
    ...THRESHOLDS.filter(([name]) => names.has(name)).map(([n, v]) => makeArm([], { [n]: v })),
  ]
}
