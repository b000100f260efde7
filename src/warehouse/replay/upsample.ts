import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteName } from '../../core/sql/database.ts'
import {
  asDouble,
  CATEGORY_VALUES,
  type CopiedColumn,
  copyList,
  evenDraw,
  plusDelta,
} from './copy-row.ts'

export interface UpsampleOptions {
  readonly scale: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** What became of one table. */
export interface Upsampled {
  readonly rowCount: number
  /** Rows that equal another after all that could be moved was. */
  readonly equalRows: number
}

const SECOND_US = 1e6

/**
 * Makes table `to` of `scale` copies of `from` (both quoted): the first as it is, the others by
 * `copyList`, copy after copy; then rows that equal an earlier one are moved until they differ.
 * `scratch` is a quoted schema for what is made on the way.
 */
export async function upsampleTable(
  db: Database,
  from: string,
  to: string,
  scratch: string,
  columns: readonly CopiedColumn[],
  options: UpsampleOptions,
): Promise<Upsampled> {
  const { scale, seed, signal, onProgress = silent } = options
  const spaced = `${scratch}.spaced`
  await makeSpaced(db, from, spaced, scratch, columns)
  const declared = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ')
  await db.run(`CREATE TABLE ${to} (${declared})`)
  for (let copy = 0; copy < scale; copy++) {
    throwIfStopped(signal)
    onProgress({ step: 'upsample', done: copy, total: scale, note: to })
    await db.run(`INSERT INTO ${to} SELECT ${copyList(columns, copy, seed)} FROM ${spaced}`)
  }
  await db.run(`DROP TABLE ${spaced}`)
  const equalRows = await moveEqualRows(db, to, scratch, columns, options)
  const [counted] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${to}`)
  return { rowCount: counted!.n, equalRows }
}

/** Rows with their number and, a moved column c, its steps to the next values (lo_c, hi_c) and its grain. */
async function makeSpaced(
  db: Database,
  from: string,
  spaced: string,
  scratch: string,
  columns: readonly CopiedColumn[],
): Promise<void> {
  const picked: string[] = []
  const joins: string[] = []
  const near: string[] = []
  for (const [c, { name, profile, how }] of columns.entries()) {
    if (how !== 'move') continue
    const value = asDouble(`t.${quoteName(name)}`, profile.type)
    const table = `${scratch}.near_${c}`
    const usable =
      profile.nature === 'integer' || profile.nature === 'decimal'
        ? `t.${quoteName(name)} IS NOT NULL`
        : `isfinite(t.${quoteName(name)})`
    await db.run(
      `CREATE TABLE ${table} AS SELECT v, v - lag(v) OVER (ORDER BY v) AS lo, lead(v) OVER (ORDER BY v) - v AS hi
       FROM (SELECT DISTINCT ${value} AS v FROM ${from} AS t WHERE ${usable})`,
    )
    const grain = await grainOf(db, table, profile.nature)
    near.push(table)
    picked.push(`n${c}.lo AS lo_${c}, n${c}.hi AS hi_${c}, ${grain}::DOUBLE AS step_${c}`)
    joins.push(`LEFT JOIN ${table} AS n${c} ON n${c}.v = ${value}`)
  }
  await db.run(
    `CREATE TABLE ${spaced} AS SELECT t.rowid AS row_number_, ${['t.*', ...picked].join(', ')} FROM ${from} AS t ${joins.join(' ')} ORDER BY row_number_`,
  )
  for (const table of near) await db.run(`DROP TABLE ${table}`)
}

/** Grain of instants that keep to whole days or seconds, in µs; 0: none. */
async function grainOf(db: Database, near: string, nature: string): Promise<number> {
  if (nature !== 'instant') return 0
  for (const grain of [86_400 * SECOND_US, SECOND_US]) {
    const [row] = await db.rows<{ n: number }>(
      `SELECT count(*) AS n FROM ${near} WHERE v % ${grain} <> 0`,
    )
    if (row!.n === 0) return grain
  }
  return 0
}

const ATTEMPTS = 12

/**
 * Moves rows that equal an earlier one, further with each attempt, in the column with most values
 * that may move, at last in any that can; returns how many are equal still.
 */
async function moveEqualRows(
  db: Database,
  table: string,
  scratch: string,
  columns: readonly CopiedColumn[],
  { seed, signal }: UpsampleOptions,
): Promise<number> {
  const movers = moversOf(columns)
  const equal = `${scratch}.equal_rows`
  for (let attempt = 1; ; attempt++) {
    throwIfStopped(signal)
    const names = columns.map(({ name }) => quoteName(name)).join(', ')
    await db.run(
      `CREATE OR REPLACE TABLE ${equal} AS
       WITH hashed AS (SELECT rowid AS r, hash(${names}) AS h FROM ${table}),
       twins AS (SELECT h, min(r) AS first_one FROM hashed GROUP BY h HAVING count(*) > 1)
       SELECT r FROM hashed JOIN twins USING (h) WHERE r <> first_one`,
    )
    const [counted] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${equal}`)
    if (counted!.n === 0 || attempt > ATTEMPTS || movers.length === 0) {
      await db.run(`DROP TABLE ${equal}`)
      return counted!.n
    }
    const mover = movers[Math.min(movers.length - 1, Math.floor((attempt - 1) / 3))]!
    await db.run(
      `UPDATE ${table} SET ${quoteName(mover.name)} = ${movedFurther(mover, attempt, seed)} WHERE rowid IN (SELECT r FROM ${equal})`,
    )
  }
}

/** Columns that rows may be moved in, the least noticed first: wide ones, then codes, then texts. */
function moversOf(columns: readonly CopiedColumn[]): readonly CopiedColumn[] {
  const rank = ({ profile, how }: CopiedColumn) =>
    (how === 'move' ? 0 : 2) + (profile.nature === 'float' || profile.nature === 'instant' ? 0 : 1)
  const numbers = columns
    .filter(({ how, profile }) => how === 'move' || (how === 'keep' && isNumber(profile.nature)))
    .sort((a, b) => rank(a) - rank(b) || b.profile.distinct - a.profile.distinct)
  const texts = columns
    .filter(({ how, profile }) => how === 'keep' && profile.nature === 'text')
    .sort((a, b) => b.profile.distinct - a.profile.distinct)
    .filter(({ profile }) => profile.distinct > CATEGORY_VALUES)
  return [...numbers, ...texts]
}

function isNumber(nature: string): boolean {
  return /^(integer|decimal|float|day|instant)$/.test(nature)
}

/** The column moved by up to 4^attempt of its least steps; whole numbers stay in the column's range. */
function movedFurther(
  { name, type, profile }: CopiedColumn,
  attempt: number,
  seed: number,
): string {
  const column = quoteName(name)
  if (profile.nature === 'text') return `${column} || '-' || rowid`
  const draw = evenDraw('rowid', attempt, 0, seed)
  const steps = `sign(${draw}) * ceil(abs(${draw}) * ${2 * 4 ** attempt})`
  const moved = plusDelta(column, type, `${steps} * ${leastStep(type, column)}`)
  const kept =
    profile.nature === 'integer'
      ? `greatest(least(TRY(${moved}), ${profile.maximum}), ${profile.minimum})`
      : `TRY(${moved})`
  return `CASE WHEN ${column} IS NULL THEN NULL ELSE coalesce(${kept}, ${column}) END`
}

function leastStep(type: string, column: string): string {
  switch (natureWord(type)) {
    case 'instant':
      return `${SECOND_US}`
    case 'float':
      return `greatest(abs(CAST(${column} AS DOUBLE)), 1e-6) * 1e-6`
    case 'decimal':
      return `${10 ** -Number(/,(\d+)\)/.exec(type)?.[1] ?? 0)}`
    default:
      return '1'
  }
}

function natureWord(type: string): string {
  if (type.startsWith('TIMESTAMP')) return 'instant'
  if (type.startsWith('DECIMAL')) return 'decimal'
  return type === 'FLOAT' || type === 'DOUBLE' ? 'float' : 'whole'
}
