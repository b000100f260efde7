import { readKnob } from '../../../core/knobs.ts'
import { type Database, quoteText } from '../../../core/sql/database.ts'
import type { ChosenLayout } from '../choose/choose.ts'
import { cpuOf, redirect } from '../choose/trial.ts'
import { layoutCopies, layoutMinGain } from '../knobs.ts'
import {
  chooseForParquet,
  type KnownParquet,
  type ParquetChoice,
  type ParquetTask,
} from '../parquet/choose.ts'
import { parseSelects, writeSelects } from '../read/ast.ts'
import { columnsOfCondition } from '../read/conditions.ts'
import { type ColumnsOf, type Scan, scansOf } from '../read/scans.ts'
import { spread, type WeighedStatement } from '../read/statements.ts'
import { askedOfTable, readNames } from './asked.ts'

/** Statements that filter by the same columns, and what they read of the table. */
interface Kind {
  readonly statements: readonly WeighedStatement[]
  readonly columns: ReadonlySet<string>
  /** Whether the files carry columns of joined tables that it filters by. */
  readonly isCarrying: boolean
  readonly cpuMs: number
}

/** How the files are read now, and what copies may take. */
export interface CopyScene {
  /** The statements as they are asked of the files now, with filters on what these carry. */
  readonly asked: readonly WeighedStatement[]
  /** All columns of the files. */
  readonly view: string
  /** Bytes. */
  readonly room: number
}

/** A copy that kinds of statements might read. */
export interface CopyCandidate {
  /** Places of the kinds. */
  readonly kinds: readonly number[]
  readonly statements: readonly WeighedStatement[]
  /** In the order of the table. */
  readonly columns: readonly string[]
  readonly choice: ParquetChoice & { readonly chosen: ChosenLayout }
  /** CPU ms expected to be saved of the statements. */
  readonly savedCpuMs: number
  readonly bytes: number
}

/** Kinds that are looked at, the dearest; of so many of these pairs share a copy where room is short. */
const MOST_KINDS = 8
const MOST_PAIRED = 4
/** Statements of a template that are run to tell what it takes. */
const MEASURED = 3
/** Bytes that a value carried from a joined table is expected to take. */
const CARRIED_BYTES = 2

/**
 * The copies that are expected to save most within the room there is. Statements whose answers owe anything to
 * the order of rows, and those of which it is not sure what they read, have none.
 */
export async function chooseCopies(
  known: KnownParquet,
  task: ParquetTask,
  { asked, view, room }: CopyScene,
): Promise<readonly CopyCandidate[]> {
  const kinds = (await kindsOf(known, task, asked, view))
    .toSorted((a, b) => b.cpuMs - a.cpuMs)
    .slice(0, MOST_KINDS)
  const bytes = await bytesOfColumns(known)
  const candidates: CopyCandidate[] = []
  const add = async (places: readonly number[]) => {
    const found = await candidateOf(known, task, kinds, places, bytes)
    if (found !== undefined) candidates.push(found)
  }
  for (const place of kinds.keys()) await add([place])
  const most = readKnob(layoutCopies, task.knobs)
  const taken = candidates.reduce((sum, one) => sum + one.bytes, 0)
  if (taken > room || candidates.length > most) {
    const paired = candidates.flatMap((one) => one.kinds).slice(0, MOST_PAIRED)
    for (const [i, one] of paired.entries()) {
      for (const other of paired.slice(i + 1)) await add([one, other])
    }
  }
  return bestOf(candidates, room, most)
}

/** Of all sets of copies for different kinds that fit the one that saves most. */
export function bestOf<T extends Pick<CopyCandidate, 'kinds' | 'savedCpuMs' | 'bytes'>>(
  candidates: readonly T[],
  room: number,
  most: number,
): readonly T[] {
  let best: readonly T[] = []
  let bestSaved = 0
  const go = (from: number, set: readonly T[], saved: number, left: number): void => {
    if (saved > bestSaved) {
      best = set
      bestSaved = saved
    }
    if (set.length >= most) return
    for (let i = from; i < candidates.length; i++) {
      const one = candidates[i]!
      const isMet = set.some(({ kinds }) => kinds.some((kind) => one.kinds.includes(kind)))
      if (one.bytes <= left && !isMet) {
        go(i + 1, [...set, one], saved + one.savedCpuMs, left - one.bytes)
      }
    }
  }
  go(0, [], 0, room)
  return best
}

async function candidateOf(
  known: KnownParquet,
  task: ParquetTask,
  kinds: readonly Kind[],
  places: readonly number[],
  bytes: ReadonlyMap<string, number>,
): Promise<CopyCandidate | undefined> {
  const mine = places.map((place) => kinds[place]!)
  const statements = mine.flatMap((kind) => kind.statements)
  const mustCarry = mine.some(({ isCarrying }) => isCarrying)
  const choice = await chooseForParquet(known, { ...task, statements, mustCarry })
  const { chosen, carried } = choice
  if (chosen === undefined) return undefined
  const cpuMs = mine.reduce((sum, kind) => sum + kind.cpuMs, 0)
  const savedCpuMs = chosen.costNow - chosen.costThen
  if (savedCpuMs < readKnob(layoutMinGain, task.knobs) * cpuMs) return undefined
  const used = new Set(mine.flatMap((kind) => [...kind.columns]))
  const columns = known.columns.map(({ name }) => name).filter((name) => used.has(name))
  const own = columns.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0)
  const rows = choice.sample.totalRows
  return {
    ...{ kinds: places, statements, columns, savedCpuMs, choice: { ...choice, chosen } },
    bytes: own + CARRIED_BYTES * rows * carried.length,
  }
}

/** Kinds of statements, each with what it takes now. */
async function kindsOf(
  known: KnownParquet,
  { table, statements }: ParquetTask,
  asked: readonly WeighedStatement[],
  view: string,
): Promise<readonly Kind[]> {
  const { db, columns } = known
  const names = await readNames(db)
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]))
  const columnsOf: ColumnsOf = (name) => {
    const isMine = name.toLowerCase() === table.toLowerCase()
    const found = isMine ? columns : known.tables.get(name.toLowerCase())?.columns
    return found && new Map(found.map((column) => [column.name.toLowerCase(), column.name]))
  }
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const kinds = new Map<string, Kind>()
  for (const places of placesOfTemplates(statements)) {
    const used = places.map((i) => {
      const select = parsed[i]
      return select && askedOfTable(select, table, byName, names)?.columns
    })
    if (used.includes(undefined)) continue
    const scans = places.flatMap((i) => scansOf(parsed[i]!, columnsOf))
    const key = JSON.stringify([...new Set(scans.flatMap((scan) => filtersOf(scan, table)))].sort())
    const cpuMs = await cpuOfOne(
      db,
      places.map((i) => asked[i]!.sql),
      table,
      view,
    )
    const mine = places.map((i) => ({ ...statements[i]!, cpuMs: cpuMs * statements[i]!.runs }))
    const before = kinds.get(key)
    kinds.set(key, {
      statements: [...(before?.statements ?? []), ...mine],
      columns: new Set([
        ...(before?.columns ?? []),
        ...used.flatMap((names) => [...(names ?? [])]),
      ]),
      isCarrying:
        before?.isCarrying === true || places.some((i) => asked[i]!.sql !== statements[i]!.sql),
      cpuMs: (before?.cpuMs ?? 0) + mine.reduce((sum, one) => sum + one.cpuMs, 0),
    })
  }
  return [...kinds.values()]
}

function placesOfTemplates(statements: readonly WeighedStatement[]): Iterable<readonly number[]> {
  const places = new Map<string, number[]>()
  statements.forEach(({ fingerprint }, i) => {
    places.set(fingerprint, [...(places.get(fingerprint) ?? []), i])
  })
  return places.values()
}

/** Columns by which a scan is filtered, those of joined tables among them. */
function filtersOf(scan: Scan, table: string): readonly string[] {
  if (scan.table.toLowerCase() !== table.toLowerCase()) return []
  const joined = scan.induced.flatMap((filter) =>
    columnsOfCondition(filter.condition).map((column) => `${filter.table}.${column}`),
  )
  return [...columnsOfCondition(scan.condition), ...joined]
}

/** CPU ms that a statement of a template takes when it reads `view`, the mean of some. */
async function cpuOfOne(
  db: Database,
  statements: readonly string[],
  table: string,
  view: string,
): Promise<number> {
  const parsed = await parseSelects(db, spread(statements, MEASURED))
  const selects = parsed.flatMap((select) =>
    select === undefined ? [] : [redirect(select, table, view)],
  )
  const run = cpuOf(db)
  let spent = 0
  for (const sql of await writeSelects(db, selects)) spent += await run(sql)
  // A clock may be too coarse for one.
  return Math.max(1e-3, spent / Math.max(1, selects.length))
}

/** Bytes of each column of the files before they are compressed. */
async function bytesOfColumns({ db, files }: KnownParquet): Promise<ReadonlyMap<string, number>> {
  const rows = await db.rows<{ name: string; bytes: number }>(
    `SELECT split_part(path_in_schema, ', ', 1) AS name, sum(total_uncompressed_size) AS bytes
     FROM parquet_metadata([${files.map(quoteText).join(', ')}]) GROUP BY ALL`,
  )
  return new Map(rows.map(({ name, bytes }) => [name, bytes]))
}
