import type { Random } from '../../core/random/random.ts'

/** Something that can be set, with the values worth trying. */
export interface Setting {
  readonly name: string
  readonly values: readonly string[]
  /** Statements that it can speed up, by their words; absent: all. */
  readonly concerns?: RegExp
  /** What another value may bring in another order: groups as they come out, or any rows. */
  readonly moves?: 'groups' | 'rows'
}

/** Values by the name of their setting; what is absent stands as it is. */
export type Assignment = Readonly<Record<string, string>>

/** What is asked to be cheap: the CPU of all statements, or the time they take. */
export type Objective = 'cpu' | 'time'

const JOINS = /\bJOIN\b|\bFROM\b[^()]*,/i
const PARQUET = /parquet/i
const FILES = /parquet|read_csv|read_json|\.(?:csv|json)/i

/**
 * Settings of DuckDB that change how fast it answers and never what: sizes and thresholds of its
 * algorithms, what it keeps of files, how it gives memory back. Threads count where time is the
 * objective, and never above `most` (what stands: the machine's or what a person set): more of them
 * never cost less CPU. Memory limits are those of `memoryLimits`: a lower one gains nothing.
 */
export function duckdbSettings(
  objective: Objective,
  most: number,
  memoryLimits: readonly string[] = [],
): readonly Setting[] {
  const threads = { name: 'threads', values: powersUpTo(most) }
  return [
    ...(objective === 'time' ? [threads] : []),
    ...(memoryLimits.length > 0 ? [{ name: 'memory_limit', values: memoryLimits }] : []),
    {
      ...{ name: 'perfect_ht_threshold', values: ['8', '16', '20', '24'] },
      ...{ concerns: /\bGROUP BY\b|\bDISTINCT\b/i, moves: 'groups' },
    },
    { name: 'nested_loop_join_threshold', values: ['0', '50'], concerns: JOINS, moves: 'rows' },
    { name: 'merge_join_threshold', values: ['100', '10000'], concerns: JOINS, moves: 'rows' },
    { name: 'dynamic_or_filter_threshold', values: ['0', '1000'], concerns: JOINS },
    { name: 'enable_caching_operators', values: ['false', 'true'] },
    { name: 'enable_fsst_vectors', values: ['false', 'true'] },
    { name: 'index_scan_max_count', values: ['512', '16384'], moves: 'rows' },
    { name: 'parquet_metadata_cache', values: ['false', 'true'], concerns: PARQUET },
    { name: 'prefetch_all_parquet_files', values: ['false', 'true'], concerns: PARQUET },
    { name: 'enable_external_file_cache', values: ['false', 'true'], concerns: FILES },
    { name: 'storage_block_prefetch', values: ['NEVER', 'ALWAYS_PREFETCH'] },
    { name: 'allocator_flush_threshold', values: ['16MiB', '128MiB', '1GiB'] },
    { name: 'allocator_bulk_deallocation_flush_threshold', values: ['64MiB', '4GiB'] },
    { name: 'allocator_background_threads', values: ['false', 'true'] },
    { name: 'scheduler_process_partial', values: ['false', 'true'] },
  ]
}

/** Part of the machine's memory that a search may give to one database; other programs live beside it. */
export const MEMORY_PART = 0.25
const MIB = 2 ** 20

/**
 * Higher limits worth trying, where statements come near to the one that stands (bytes) or what they hold
 * is not known: twice and four times of it, within a quarter of the machine's memory.
 */
export function memoryLimits(
  standing: number,
  peak: number | undefined,
  machine: number,
): readonly string[] {
  if (peak !== undefined && peak < standing / 2) return []
  return [2, 4]
    .map((times) => times * standing)
    .filter((bytes) => bytes <= MEMORY_PART * machine)
    .map((bytes) => `${Math.floor(bytes / MIB)}MiB`)
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ bytes: 1, kib: 2 ** 10, mib: MIB, gib: 2 ** 30, tib: 2 ** 40 },
  ...{ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
}

/** Bytes of a size as DuckDB writes it (953.6 MiB); undefined where it is none. */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)\s*([a-z]+)$/i.exec(text ?? '') ?? []
  const size = UNITS[unit.toLowerCase()]
  return number === undefined || size === undefined ? undefined : Number(number) * size
}

function powersUpTo(cores: number): string[] {
  const counts: string[] = []
  for (let n = 1; n < cores; n *= 2) counts.push(String(n))
  return [...counts, String(cores)]
}

/**
 * Assignments to try: none first (what stands), each other value alone, then random combinations of
 * several. Same seed, same assignments.
 */
export function candidateAssignments(
  settings: readonly Setting[],
  standing: Assignment,
  count: number,
  random: Random,
): readonly Assignment[] {
  const candidates: Assignment[] = [{}]
  const singlesOf = (some: readonly Setting[]) => {
    const singles = some.flatMap(({ name, values }) =>
      values
        .filter((value) => !isSame(value, standing[name]))
        .map((value): Record<string, string> => ({ [name]: value })),
    )
    shuffle(singles, random)
    return singles
  }
  // What concerns statements such as these, and memory, before what concerns all.
  const isNear = ({ name, concerns }: Setting) => concerns !== undefined || name === 'memory_limit'
  const singles = [
    ...singlesOf(settings.filter(isNear)),
    ...singlesOf(settings.filter((one) => !isNear(one))),
  ]
  // Two thirds alone: most settings do nothing for a workload, and combinations hide which does.
  candidates.push(...singles.slice(0, Math.max(1, Math.floor((2 * count) / 3))))
  const seen = new Set(candidates.map((one) => JSON.stringify(one)))
  for (let tries = 0; candidates.length < count && tries < 10 * count; tries++) {
    const some: Record<string, string> = {}
    for (const { name, values } of settings) {
      const value = values[random.int(values.length)]!
      if (random.next() < 2 / settings.length && !isSame(value, standing[name])) some[name] = value
    }
    const key = JSON.stringify(some)
    if (Object.keys(some).length === 0 || seen.has(key)) continue
    seen.add(key)
    candidates.push(some)
  }
  return candidates.slice(0, count)
}

/** Whether a value is what stands; DuckDB writes 128MiB as 128.0 MiB. */
export function isSame(value: string, standing: string | undefined): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/\.0(?= |$)/, '')
      .replaceAll(' ', '')
  return standing !== undefined && plain(value) === plain(standing)
}

function shuffle<T>(list: T[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = list[i]!
    list[i] = list[j]!
    list[j] = kept
  }
}
